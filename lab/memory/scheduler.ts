/** One thing that is due at a virtual time. */
interface Due {
  at: number;
  /** Breaks ties: what was scheduled first happens first. */
  order: number;
  act: () => void;
}

/** Virtual time in milliseconds: a queue of what is due, and nothing else. Deterministic. */
export class Scheduler {
  /** Now, in virtual milliseconds since the scenario began. */
  now = 0;
  readonly #heap: Due[] = [];
  #order = 0;

  /** Arranges for `act` to happen at virtual time `at`, or now when that has passed. */
  at(at: number, act: () => void) {
    const due = { at: Math.max(at, this.now), order: this.#order++, act };
    let i = this.#heap.push(due) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (before(this.#heap[parent], due)) break;
      this.#heap[i] = this.#heap[parent];
      i = parent;
    }
    this.#heap[i] = due;
  }

  /** When the next thing is due; Infinity when nothing is. */
  next(): number {
    return this.#heap.length > 0 ? this.#heap[0].at : Infinity;
  }

  /** Moves time to the next thing and does it; false when nothing is due. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    this.now = first.at;
    first.act();
    return true;
  }

  #sink(due: Due) {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (before(due, heap[child])) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = due;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || a.at === b.at && a.order < b.order;
}
