/**
 * Whether a NAT lived through: one that died and was restarted has none of its rows, and passes on
 * nothing more of the tunnels that went by them. How silent it may be about everything else says nothing.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { type Bound, BoundedTable } from "../../kit/bounds.ts";
import type { Tap } from "../../kit/evidence.ts";

/** Seconds after which a message that has come again and again has not just been late. */
const IN_TIME = 0.8;

/** A control message in a tunnel as it came to the NAT, or as it left, each time that it did. */
interface Sightings {
  first: number;
  last: number;
  copies: number;
  frame: FrameRef;
}

/** All that goes in one direction of a tunnel: its far end and Tunnel ID tell it from others. */
interface Stream {
  far: string;
  /** Control messages by their octets. */
  came: BoundedTable<string, Sightings>;
  /** Those that were passed on. */
  left: BoundedTable<string, Sightings>;
}

/** What the taps of one NAT show of its life, on either side. */
export class NatLife {
  readonly #own: ReadonlySet<string>;
  readonly #members: ReadonlySet<string>;
  readonly #bound: Bound;
  readonly #streams: BoundedTable<string, Stream>;
  /** By far end, seconds at which it, or its peer, first ended a tunnel. */
  readonly #ended = new Map<string, number>();
  readonly #idle: number;

  /**
   * @param own Addresses of the NAT.
   * @param members Those of the endpoints behind it.
   * @param idle Seconds that a row lives without a packet at the least.
   */
  constructor(
    own: ReadonlySet<string>,
    members: ReadonlySet<string>,
    bound: Bound,
    idle: number,
  ) {
    this.#own = own;
    this.#members = members;
    this.#bound = bound;
    this.#idle = idle;
    this.#streams = new BoundedTable(bound);
  }

  /** Takes a control message of a tunnel at a tap. @param time Seconds since 1970. */
  message(view: L2tpView, frame: Frame, w: HeaderWalker, tap: Tap, time: number): void {
    const { messageType, tunnelId } = view, { bytes } = frame;
    if (messageType <= 0 || tunnelId === 0) return;
    const source = w.source(bytes),
      destination = w.destination(bytes),
      outside = tap.side === "wan";
    const outward = outside ? this.#own.has(source) : this.#members.has(source);
    const inward = outside ? this.#own.has(destination) : this.#members.has(destination);
    if (outward === inward) return;
    const far = outward ? `${destination}:${w.destinationPort}` : `${source}:${w.sourcePort}`;
    if (messageType === MessageType.StopCCN) {
      this.#ended.set(far, Math.min(time, this.#ended.get(far) ?? Infinity));
    }
    const stream = this.#streams.obtain(`${outward} ${far} ${tunnelId}`, () => ({
      far,
      came: new BoundedTable(this.#bound),
      left: new BoundedTable(this.#bound),
    }));
    const octets = bytes.subarray(w.udpPayload, w.end).toHex();
    const shown = { capture: tap.name, number: frame.number };
    const seen = stream?.[outside === outward ? "left" : "came"].obtain(octets, () => ({
      ...{ first: time, last: time, copies: 0, frame: shown },
    }));
    if (seen === undefined) return;
    seen.copies++;
    seen.last = Math.max(seen.last, time);
  }

  /** The first message of a tunnel that went through it before, and does not any more. */
  restarted(): { frame: FrameRef; why: string } | undefined {
    for (const { far, came, left } of this.#streams.values()) {
      let passed = -Infinity;
      for (const [octets, { first, last, copies, frame }] of came.entries()) {
        const through = left.get(octets);
        if (through !== undefined) passed = Math.max(passed, through.last);
        const since = through?.last ?? first;
        const isOver = last - passed > this.#idle || last >= (this.#ended.get(far) ?? Infinity);
        if (isOver || copies - (through?.copies ?? 0) < 2 || last - since < IN_TIME) continue;
        const why = "it passes nothing more of a tunnel on, as if the device had been restarted";
        return { frame, why };
      }
    }
    return undefined;
  }
}
