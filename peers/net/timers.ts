/**
 * Timers of a machine with many tunnels and sessions: the next one is known at once, however many
 * there are, and setting or stopping one costs the logarithm of their number.
 */

/** One timer; it belongs to one `Timers` only. */
export class Timer {
  /** When it fires, in milliseconds; Infinity while it is stopped. */
  at = Infinity;
  /** Place in the heap, or -1. */
  slot = -1;

  constructor(readonly fire: (now: number) => void) {}
}

/** A heap of timers in which each knows its place. */
export class Timers {
  readonly #heap: Timer[] = [];

  /** When the next timer fires; Infinity when none is set. */
  next(): number {
    return this.#heap.length > 0 ? this.#heap[0].at : Infinity;
  }

  /** Sets a timer, or sets it again; Infinity stops it. */
  set(timer: Timer, at: number): void {
    if (at === Infinity) return this.stop(timer);
    const earlier = at < timer.at;
    timer.at = at;
    if (timer.slot < 0) {
      timer.slot = this.#heap.push(timer) - 1;
      this.#rise(timer);
    } else if (earlier) this.#rise(timer);
    else this.#sink(timer);
  }

  /** Stops a timer that may be set. */
  stop(timer: Timer): void {
    timer.at = Infinity;
    if (timer.slot < 0) return;
    const last = this.#heap.pop()!;
    if (last !== timer) {
      last.slot = timer.slot;
      this.#heap[last.slot] = last;
      this.#rise(last);
      this.#sink(last);
    }
    timer.slot = -1;
  }

  /** Fires every timer that is due, each once at most for every time it was set. */
  run(now: number): void {
    while (this.#heap.length > 0 && this.#heap[0].at <= now) {
      const timer = this.#heap[0];
      this.stop(timer);
      timer.fire(now);
    }
  }

  #rise(timer: Timer): void {
    const heap = this.#heap;
    let i = timer.slot;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].at <= timer.at) break;
      heap[i] = heap[parent];
      heap[i].slot = i;
      i = parent;
    }
    heap[i] = timer;
    timer.slot = i;
  }

  #sink(timer: Timer): void {
    const heap = this.#heap;
    let i = timer.slot;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].at < heap[child].at) child++;
      if (timer.at <= heap[child].at) break;
      heap[i] = heap[child];
      heap[i].slot = i;
      i = child;
    }
    heap[i] = timer;
    timer.slot = i;
  }
}
