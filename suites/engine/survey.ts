/** Counts what captures hold, whatever it is: for whom no suite has anything to say. */
import type { Frame } from "../../captures/frame.ts";
import type { HeaderWalker } from "../../captures/walk.ts";
import { looksLikeDns } from "../../captures/wire/dns.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { BoundedTable } from "../kit/bounds.ts";
import { Collector, type FactCollector } from "../kit/collector.ts";
import type { Tap } from "../kit/evidence.ts";
import { several } from "../kit/narration.ts";

/** What frames may be, from the most telling to the least. */
export const KINDS = [
  "ESP",
  "ESP or IKE in UDP",
  "IKE",
  "GRE",
  "PPTP control",
  "L2TPv3 over IP",
  "DNS",
  "UDP",
  "TCP",
  "ICMP",
  "other IP",
  "no IP",
] as const;
/** What a frame is. */
export type Kind = (typeof KINDS)[number];
const [ESP, NATT, IKE, GRE, PPTP, L2TPV3, DNS, UDP, TCP, ICMP, OTHER, NONE] = KINDS.keys();

/** What one capture holds. */
export interface SurveyedTap {
  name: string;
  frames: number;
  /** By the place of the kind in `KINDS`. */
  counts: Float64Array;
  /** Seconds since 1970 of the earliest and the latest frame. */
  first: number;
  last: number;
  /** Frames whose time lies before that of the frame before, and the first of them. */
  backwards: number;
  firstBackwards: number;
}

/** What captures hold. */
export type Survey = readonly SurveyedTap[];

/** The collector; it sees every frame. */
export const survey: FactCollector<Survey> = {
  name: "engine/survey",
  toleratesCut: true,
  begin: () => new SurveyCollector(),
};

/** Captures that are surveyed. */
const TAPS = 65_536;

class SurveyCollector extends Collector<Survey> {
  readonly #taps = new BoundedTable<Tap, SurveyedTap>(this.bound("captures", TAPS));
  #latest?: { tap: Tap; found: SurveyedTap };

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const found = this.#latest?.tap === tap ? this.#latest.found : this.#enter(tap);
    if (found === undefined) return;
    const time = frame.seconds + frame.nanoseconds / 1e9;
    found.counts[kindOf(frame, walk)]++;
    found.frames++;
    if (time < found.first) found.first = time;
    if (time >= found.last) found.last = time;
    else if (time < found.last && found.backwards++ === 0) found.firstBackwards = frame.number;
  }

  #enter(tap: Tap): SurveyedTap | undefined {
    const found = this.#taps.obtain(tap, () => ({
      ...{ name: tap.name, frames: 0, counts: new Float64Array(KINDS.length) },
      ...{ first: Infinity, last: -Infinity, backwards: 0, firstBackwards: 0 },
    }));
    if (found !== undefined) this.#latest = { tap, found };
    return found;
  }

  facts(): Survey {
    return [...this.#taps.values()];
  }
}

/** The place of a frame's kind in `KINDS`. */
function kindOf({ bytes }: Frame, walk: HeaderWalker): number {
  switch (walk.protocol) {
    case -1:
      return NONE;
    case IP_PROTOCOL.ESP:
      return ESP;
    case IP_PROTOCOL.GRE:
      return GRE;
    case 115:
      return L2TPV3;
    case IP_PROTOCOL.TCP:
      return walk.sourcePort === 1723 || walk.destinationPort === 1723 ? PPTP : TCP;
    case IP_PROTOCOL.ICMP:
    case IP_PROTOCOL.ICMPV6:
      return ICMP;
    case IP_PROTOCOL.UDP: {
      const { sourcePort, destinationPort, udpPayload } = walk;
      if (udpPayload >= 0 && looksLikeDns(bytes, udpPayload, walk.end)) return DNS;
      if (sourcePort === 4500 || destinationPort === 4500) return NATT;
      return sourcePort === 500 || destinationPort === 500 ? IKE : UDP;
    }
    default:
      return OTHER;
  }
}

/** What captures hold, in words: `12 ESP, 3 UDP`. */
export function surveyText(taps: Survey): string {
  const parts = KINDS.flatMap((kind, i) => {
    const count = taps.reduce((sum, { counts }) => sum + counts[i], 0);
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return parts.join(", ") || "no frame";
}

/** What limits an answer about captures by what they hold, each a sentence without a full stop. */
export function surveyNotes(taps: Survey): string[] {
  const count = (...kinds: number[]) =>
    taps.reduce((sum, { counts }) => sum + kinds.reduce((all, kind) => all + counts[kind], 0), 0);
  const notes: string[] = [];
  const sealed = count(ESP, NATT);
  if (sealed > 0) {
    notes.push(
      `${
        several(sealed, "packet")
      } of ESP: what is encrypted in them cannot be seen; capture behind the ` +
        "decryption, or with no encryption",
    );
  }
  if (count(GRE, PPTP) > 0 && count(PPTP) > 0) notes.push("there is PPTP, which no suite judges");
  if (count(L2TPV3) > 0) notes.push("there is L2TPv3 over IP, which no suite judges");
  for (const { name, backwards, firstBackwards } of taps) {
    if (backwards === 0) continue;
    notes.push(
      `${several(backwards, "frame")} of ${name} ${
        backwards === 1 ? "bears a time" : "bear times"
      } ` +
        `before that of an earlier frame, the first of them frame ${firstBackwards}: spans of time ` +
        "may be wrong there",
    );
  }
  return notes;
}
