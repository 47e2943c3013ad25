/** What was seen beside L2TP itself: ICMP errors about it, and other protocols on its ports. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { looksLikeDns } from "../../../captures/wire/dns.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { Places } from "../../kit/capture_series.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Tap } from "../../kit/evidence.ts";
import { icmpErrorOf } from "../../kit/icmp_error.ts";
import { payloadOf } from "../facts/recogniser.ts";

/** Bounds of what is kept. */
const ERRORS = 1024, STRANGERS = 256;

/** An ICMP error that quotes a datagram of a port of ours. */
export interface IcmpError {
  time: number;
  frame: FrameRef;
  place: string;
  /** What it says, in words, and who says it. */
  text: string;
  /** Source and destination of the datagram that it quotes. */
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
}

/** Packets of one kind on UDP port 1701 that are no L2TP of version 2. */
export interface Stranger {
  what: string;
  count: number;
  first: FrameRef;
}

/** What was seen. */
export interface Surroundings {
  errors: readonly IcmpError[];
  strangers: readonly Stranger[];
  /** Seconds since 1970 of the last frame of L2TP, by place. */
  lastTimes: ReadonlyMap<string, number>;
  /** Messages that came in fragments, the first of these frames, and the octets of the largest. */
  fragments: Counted & { largest: number };
  /** Control messages that a capture cut short: nobody knows how they go on. */
  cut: Counted;
}

/** A number of frames, and the first of them. */
export interface Counted {
  count: number;
  first?: FrameRef;
}

/** The collector. */
export const surroundings: FactCollector<Surroundings> = {
  name: "l2tp/surroundings",
  begin: () => new SurroundingsCollector(),
};

class SurroundingsCollector extends Collector<Surroundings> {
  readonly #errors = new BoundedLog<IcmpError>(this.bound("ICMP errors", ERRORS));
  readonly #strangers = new BoundedTable<string, Stranger>(this.bound("protocols", STRANGERS));
  readonly #lastTimes = new Map<string, number>();
  readonly #fragments = { count: 0, largest: 0 } as Counted & { largest: number };
  readonly #cut: Counted = { count: 0 };
  readonly #quoted = new HeaderWalker();
  readonly #places = new Places();

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const place = this.#places.of(tap), time = frame.seconds + frame.nanoseconds / 1e9;
    this.#lastTimes.set(place, time);
    const quote = icmpErrorOf(frame, walk, this.#quoted);
    if (quote !== undefined) return this.#error(quote, frame, walk, { place, time, tap });
    const at = payloadOf(walk), { bytes } = frame;
    if (at < 0) return;
    if (frame.reassembled) {
      note(this.#fragments, frame, tap);
      this.#fragments.largest = Math.max(this.#fragments.largest, frame.end - frame.start);
    }
    const isCut = frame.end - frame.start < frame.originalLength;
    if (isCut && (bytes[at] & 0x80) !== 0) note(this.#cut, frame, tap);
    if ((bytes[at + 1] & 15) === VERSION && !looksLikeDns(bytes, at, walk.end)) return;
    if (walk.sourcePort !== L2TP_PORT && walk.destinationPort !== L2TP_PORT) return;
    const what = strangerName(bytes, at, walk.end);
    const first = { capture: tap.name, number: frame.number };
    const stranger = this.#strangers.obtain(what, () => ({ what, count: 0, first }));
    if (stranger !== undefined) stranger.count++;
  }

  #error(
    text: string,
    { bytes, number }: Frame,
    walk: HeaderWalker,
    { place, time, tap }: { place: string; time: number; tap: Tap },
  ): void {
    if (!this.#errors.admits()) return;
    const inner = this.#quoted;
    this.#errors.push({
      ...{ place, time, frame: { capture: tap.name, number } },
      text: `${walk.source(bytes)} answers by ICMP: ${text}`,
      ...{ source: inner.source(bytes), destination: inner.destination(bytes) },
      sourcePort: get16(bytes, inner.l4),
      destinationPort: get16(bytes, inner.l4 + 2),
    });
  }

  facts(): Surroundings {
    return {
      errors: this.#errors.items,
      strangers: [...this.#strangers.values()],
      lastTimes: this.#lastTimes,
      fragments: this.#fragments,
      cut: this.#cut,
    };
  }
}

function note(counted: Counted, { number }: Frame, tap: Tap): void {
  counted.count++;
  counted.first ??= { capture: tap.name, number };
}

/** What it probably is that uses the port of L2TP. */
function strangerName(bytes: Uint8Array, at: number, end: number): string {
  if (looksLikeDns(bytes, at, end)) return "DNS";
  const version = bytes[at + 1] & 15;
  if (version === 1) return "L2F";
  if (version === 3) return "L2TPv3";
  return "no L2TP of version 2";
}
