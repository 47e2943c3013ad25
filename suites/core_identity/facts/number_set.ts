import type { Bound } from "../../kit/bounds.ts";

/** Numbers of a page, one bit each: 4 KiB. */
const PAGE = 1 << 15;
const SHIFT = 15;

/**
 * A set of 32-bit numbers that are nearly consecutive, one bit each, so that millions of sequence
 * numbers can be checked whatever order the taps are read in.
 */
export class NumberSet {
  readonly #pages = new Map<number, Uint32Array>();
  readonly #bound: Bound;
  /** The page of the number before: most are neighbours. */
  #last = -1;
  #page: Uint32Array = new Uint32Array(0);
  #allPages: { count: number };
  /** Distinct numbers. */
  count = 0;
  #least = Infinity;
  #greatest = -1;

  /**
   * @param bound Limit of pages.
   * @param allPages Pages of all sets that share the limit.
   */
  constructor(bound: Bound, allPages: { count: number } = { count: 0 }) {
    this.#bound = bound;
    this.#allPages = allPages;
  }

  /** Adds a number; false when it was there already. */
  add(number: number): boolean {
    const at = number >>> SHIFT;
    if (at !== this.#last && !this.#turnTo(at)) return true;
    const word = (number & PAGE - 1) >>> 5, bit = 1 << (number & 31);
    if ((this.#page[word] & bit) !== 0) return false;
    this.#page[word] |= bit;
    this.count++;
    if (number < this.#least) this.#least = number;
    if (number > this.#greatest) this.#greatest = number;
    return true;
  }

  /** Numbers between the least and the greatest that are not there. */
  get missing(): number {
    return this.count === 0 ? 0 : this.#greatest - this.#least + 1 - this.count;
  }

  /** Turns to a page, which is made if need be; false when there is no room for it. */
  #turnTo(at: number): boolean {
    let page = this.#pages.get(at);
    if (page === undefined) {
      if (!this.#bound.admits(this.#allPages.count)) return false;
      this.#allPages.count++;
      page = new Uint32Array(PAGE / 32);
      this.#pages.set(at, page);
    }
    this.#last = at;
    this.#page = page;
    return true;
  }
}
