import type { Impairment } from "../../suites/kit/topology.ts";

/** Frames that wait in one direction of a wire at most; more are lost, as in any queue. */
const LONGEST_QUEUE = 20_000;

/** What becomes of one frame. */
interface Waiting {
  /** Milliseconds. */
  at: number;
  order: number;
  frame: Uint8Array;
}

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
 * change at any time. Frames of equal due time keep their order; a heap orders the others.
 */
export class DelayLine {
  #heap: Waiting[] = [];
  #order = 0;
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
    if (!up || (loss > 0 && this.random() < loss) || this.#heap.length >= LONGEST_QUEUE) {
      return this.counters.lost();
    }
    const sent = Math.max(now, this.#free) + (rate === Infinity ? 0 : frame.length * 8000 / rate);
    this.#free = sent;
    const extra = delay + (jitter > 0 ? this.random() * jitter : 0);
    if (extra > 0) this.counters.delayed();
    const at = sent + extra;
    if (at <= now && this.#heap.length === 0) {
      this.deliver(frame);
      return this.counters.forwarded();
    }
    this.#push({ at, order: this.#order++, frame: frame.slice() });
  }

  /** Delivers what is due. */
  release(now: number): void {
    while (this.#heap.length > 0 && this.#heap[0].at <= now) {
      this.counters.late(now - this.#heap[0].at);
      this.deliver(this.#pop().frame);
      this.counters.forwarded();
    }
  }

  /** When the next frame is due; `Infinity` when none waits. */
  get next(): number {
    return this.#heap.length > 0 ? this.#heap[0].at : Infinity;
  }

  #push(item: Waiting): void {
    const heap = this.#heap;
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(heap[i], heap[parent])) break;
      [heap[i], heap[parent]] = [heap[parent], heap[i]];
      i = parent;
    }
  }

  #pop(): Waiting {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let i = 0;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && earlier(heap[child], heap[least])) least = child;
      }
      if (least === i) return top;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  }
}

function earlier(a: Waiting, b: Waiting): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
