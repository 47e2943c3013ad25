import TinyQueue from "tinyqueue";

interface Entry<T> {
  at: number;
  order: number;
  item: T;
}

/** A queue by due time; items that are due at the same time leave in the order in which they came. */
export class TimedQueue<T> {
  readonly #queue = new TinyQueue<Entry<T>>([], (a, b) => a.at - b.at || a.order - b.order);
  #order = 0;

  /** How many items wait. */
  get length(): number {
    return this.#queue.length;
  }

  /** When the first item is due; Infinity when none waits. */
  get next(): number {
    return this.#queue.peek()?.at ?? Infinity;
  }

  /** Adds an item that is due at a time, in any unit. */
  push(at: number, item: T): void {
    this.#queue.push({ at, order: this.#order++, item });
  }

  /** Removes the item that is due first; undefined when none waits. */
  shift(): T | undefined {
    return this.#queue.pop()?.item;
  }
}
