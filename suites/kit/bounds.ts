/**
 * Stores of facts that are bounded and cannot forget quietly: a store gets its bound from the
 * collector that owns it (`Collector.bound`), which reports every item that was turned away.
 */

/** How much is kept of one kind of thing, and how much there was beyond. */
export class Bound {
  /** Items that found no room. */
  overflow = 0;

  /**
   * @param what Plural noun for the report: "control messages".
   * @param limit Items that one store keeps at most.
   */
  constructor(readonly what: string, readonly limit: number) {}

  /** What there was more of than is kept; undefined when everything was. */
  excess(): string | undefined {
    if (this.overflow === 0) return undefined;
    return `${this.overflow} ${this.what} beyond the ${this.limit} that are kept`;
  }

  /** Whether one more fits into a store that holds `size`; counts it as turned away if not. */
  admits(size: number): boolean {
    if (size < this.limit) return true;
    this.overflow++;
    return false;
  }
}

/** How much all stores of a collector keep together, each of which may have a bound of its own. */
export class Budget {
  /** What was turned away, in the same unit. */
  overflow = 0;
  #left: number;

  /**
   * @param what Plural noun for the report, the unit included: "octets of control messages".
   * @param limit What may be taken in all.
   */
  constructor(readonly what: string, readonly limit: number) {
    this.#left = limit;
  }

  /** Takes so much; false, and nothing taken, when less is left. */
  take(amount = 1): boolean {
    if (amount <= this.#left) {
      this.#left -= amount;
      return true;
    }
    this.overflow += amount;
    return false;
  }

  /** What there was more of than is kept; undefined when everything was. */
  excess(): string | undefined {
    if (this.overflow === 0) return undefined;
    return `${this.overflow} ${this.what} beyond the ${this.limit} that are kept`;
  }
}

/** A list that keeps the first items, up to its bound. */
export class BoundedLog<T> {
  readonly #items: T[] = [];

  constructor(readonly bound: Bound) {}

  /** Keeps an item; false when there is no room. */
  push(item: T): boolean {
    if (!this.bound.admits(this.#items.length)) return false;
    this.#items.push(item);
    return true;
  }

  /** Whether another item has room: asked before an item is made, so that none is made in vain. */
  admits(): boolean {
    return this.bound.admits(this.#items.length);
  }

  get items(): readonly T[] {
    return this.#items;
  }
}

/** A map that keeps the first keys, up to its bound. */
export class BoundedTable<K, V> {
  readonly #values = new Map<K, V>();

  constructor(readonly bound: Bound) {}

  /** The value of a key, made when it is new; undefined when it is new and has no room. */
  obtain(key: K, make: () => V): V | undefined {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (!this.bound.admits(this.#values.size)) return undefined;
    const value = make();
    this.#values.set(key, value);
    return value;
  }

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  get size(): number {
    return this.#values.size;
  }

  values(): MapIterator<V> {
    return this.#values.values();
  }

  entries(): MapIterator<[K, V]> {
    return this.#values.entries();
  }
}
