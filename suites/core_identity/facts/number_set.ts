/**
 * A set of 32-bit numbers that are nearly consecutive, one bit each, so that millions of sequence
 * numbers can be checked whatever order the taps are read in.
 */
export class NumberSet {
  #words = new Uint32Array(1024);
  #base = -1;
  /** Distinct numbers. */
  count = 0;
  /** Numbers that were there already. */
  repeats = 0;
  /** Numbers too far from the first to be kept. */
  wild = 0;
  #least = 0;
  #greatest = 0;

  /** Adds a number; false when it was there already. */
  add(number: number): boolean {
    if (this.#base < 0) {
      // Leaves room below for packets that another tap saw earlier.
      this.#base = Math.max(0, number - 0x100000) & ~31;
      this.#least = this.#greatest = number;
    }
    const at = number - this.#base;
    if (at < 0 || at > 0x7ffffff) {
      this.wild++;
      return true;
    }
    const word = at >>> 5;
    if (word >= this.#words.length) {
      const larger = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
      larger.set(this.#words);
      this.#words = larger;
    }
    const bit = 1 << (at & 31);
    if ((this.#words[word] & bit) !== 0) {
      this.repeats++;
      return false;
    }
    this.#words[word] |= bit;
    this.count++;
    this.#least = Math.min(this.#least, number);
    this.#greatest = Math.max(this.#greatest, number);
    return true;
  }

  /** Numbers between the least and the greatest that are not there. */
  get missing(): number {
    return this.count === 0 ? 0 : this.#greatest - this.#least + 1 - this.count;
  }
}
