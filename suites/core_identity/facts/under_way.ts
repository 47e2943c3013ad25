/** Datagrams that went in at one site and have not come out at another, by their digests. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { Bound } from "../../kit/bounds.ts";

/** Numbers of one entry: its frame, its tap's position, its flow, and the entry of the same digest. */
const FRAME = 0, TAP = 1, FLOW = 2, NEXT = 3;
const NUMBERS = 4;

/** A multiset of digests, each with where it was seen, without an object for any. */
export class UnderWay {
  readonly #bound: Bound;
  readonly #taps: string[] = [];
  /** The first entry of each digest. */
  readonly #first = new Map<number, number>();
  #entries = new Float64Array(NUMBERS * 256);
  #count = 0;
  #size = 0;
  /** Entries that were struck, to be used again: a chain, -1 at its end. */
  #free = -1;

  /** @param bound Limit of datagrams. */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** Remembers a datagram of a flow. */
  add(digest: number, flow: number, frame: FrameRef): void {
    if (!this.#bound.admits(this.#size)) return;
    this.#size++;
    const entry = this.#room(), at = entry * NUMBERS, entries = this.#entries;
    entries[at + FRAME] = frame.number;
    entries[at + TAP] = this.#tap(frame.capture);
    entries[at + FLOW] = flow;
    entries[at + NEXT] = this.#first.get(digest) ?? -1;
    this.#first.set(digest, entry);
  }

  /** Strikes a datagram of this digest out; false when there is none. */
  strike(digest: number): boolean {
    const entry = this.#first.get(digest);
    if (entry === undefined) return false;
    const at = entry * NUMBERS + NEXT, next = this.#entries[at];
    if (next < 0) this.#first.delete(digest);
    else this.#first.set(digest, next);
    this.#entries[at] = this.#free;
    this.#free = entry;
    this.#size--;
    return true;
  }

  /** A datagram of each flow that is left. */
  left(): Map<number, FrameRef> {
    const left = new Map<number, FrameRef>(), entries = this.#entries;
    for (const first of this.#first.values()) {
      for (let entry = first; entry >= 0; entry = entries[entry * NUMBERS + NEXT]) {
        const at = entry * NUMBERS, flow = entries[at + FLOW];
        const capture = this.#taps[entries[at + TAP]];
        if (!left.has(flow)) left.set(flow, { capture, number: entries[at + FRAME] });
      }
    }
    return left;
  }

  #tap(name: string): number {
    if (this.#taps.at(-1) === name) return this.#taps.length - 1;
    const known = this.#taps.indexOf(name);
    return known >= 0 ? known : this.#taps.push(name) - 1;
  }

  #room(): number {
    if (this.#free >= 0) {
      const entry = this.#free;
      this.#free = this.#entries[entry * NUMBERS + NEXT];
      return entry;
    }
    if (this.#count * NUMBERS === this.#entries.length) {
      const larger = new Float64Array(this.#entries.length * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    return this.#count++;
  }
}
