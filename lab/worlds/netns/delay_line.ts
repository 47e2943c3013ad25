import type { Impairment } from "../../../suites/kit/topology.ts";
import { TimedQueue } from "../timed_queue.ts";

/** Frames that wait in one direction of a wire at most; more are lost, as in any queue. */
const LONGEST_QUEUE = 20_000;

/** What a direction of a wire counts. */
export interface LineCounters {
  forwarded(): void;
  lost(): void;
  delayed(): void;
  /** A frame left so many milliseconds after it was due. */
  late(milliseconds: number): void;
}

/**
 * One direction of an emulated wire: loses, serializes and delays frames by an impairment that may
 * change at any time. Frames of equal due time keep their order.
 */
export class DelayLine {
  readonly #queue = new TimedQueue<Uint8Array>();
  /** When the transmitter is free again. */
  #free = 0;

  constructor(
    readonly impairment: Readonly<Required<Impairment>>,
    readonly random: () => number,
    readonly deliver: (frame: Uint8Array) => void,
    readonly counters: LineCounters,
  ) {}

  /** Takes a frame off the near end; the octets belong to the caller again on return. */
  enter(frame: Uint8Array, now: number): void {
    const { rate, delay, jitter, loss, up } = this.impairment;
    if (!up || (loss > 0 && this.random() < loss) || this.#queue.length >= LONGEST_QUEUE) {
      return this.counters.lost();
    }
    const sent = Math.max(now, this.#free) + (rate === Infinity ? 0 : frame.length * 8000 / rate);
    this.#free = sent;
    const extra = delay + (jitter > 0 ? this.random() * jitter : 0);
    if (extra > 0) this.counters.delayed();
    const at = sent + extra;
    if (at <= now && this.#queue.length === 0) {
      this.deliver(frame);
      return this.counters.forwarded();
    }
    this.#queue.push(at, frame.slice());
  }

  /** Delivers what is due. */
  release(now: number): void {
    while (this.#queue.next <= now) {
      this.counters.late(now - this.#queue.next);
      this.deliver(this.#queue.shift()!);
      this.counters.forwarded();
    }
  }

  /** When the next frame is due; `Infinity` when none waits. */
  get next(): number {
    return this.#queue.next;
  }
}
