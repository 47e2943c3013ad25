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
    return true;
  }

  /**
   * Numbers between the first and the last that are not there. The numbers wrap and may begin anywhere,
   * so what lies outside is the widest gap of the circle.
   */
  get missing(): number {
    if (this.count === 0) return 0;
    const spans = [...this.#pages].sort(([a], [b]) => a - b).map(([at, page]) => spanOf(at, page));
    const last = spans[spans.length - 1];
    let widest = spans[0].least + 2 ** 32 - last.greatest - 1;
    for (const [i, { least }] of spans.entries()) {
      if (i > 0) widest = Math.max(widest, least - spans[i - 1].greatest - 1);
    }
    return 2 ** 32 - widest - this.count;
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

/** The least and the greatest number of a page, which has one. */
function spanOf(at: number, page: Uint32Array): { least: number; greatest: number } {
  const first = page.findIndex((word) => word !== 0),
    last = page.findLastIndex((word) => word !== 0);
  const least = first * 32 + 31 - Math.clz32(page[first] & -page[first]);
  const greatest = last * 32 + 31 - Math.clz32(page[last]);
  return { least: at * PAGE + least, greatest: at * PAGE + greatest };
}
