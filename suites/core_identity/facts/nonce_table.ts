import type { Bound } from "../../kit/bounds.ts";

/** 32-bit words of an entry: the nonce, and the beginning of the tag that it made. */
const SIZE = 3;

/** The nonces of 64 bits that one key was used with; typed arrays, so that no object is made for one. */
export class NonceTable {
  #words = new Uint32Array(SIZE * 64);
  #slots = new Int32Array(256).fill(-1);
  #count = 0;
  readonly #bound: Bound;

  /** @param bound Limit of nonces. */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** Whether a nonce comes for the first time, or with the tag that it had: the same packet again. */
  isNew(high: number, low: number, tag: number): boolean {
    const words = this.#words, slots = this.#slots, mask = slots.length - 1;
    for (let slot = hashOf(high, low) & mask;; slot = slot + 1 & mask) {
      const index = slots[slot];
      if (index < 0) {
        this.#add(slot, high, low, tag);
        return true;
      }
      const at = index * SIZE;
      if (words[at] === high && words[at + 1] === low) return words[at + 2] === tag;
    }
  }

  #add(slot: number, high: number, low: number, tag: number) {
    if (!this.#bound.admits(this.#count)) return;
    const index = this.#count++;
    if (this.#words.length < this.#count * SIZE) {
      const words = new Uint32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words.set([high, low, tag], index * SIZE);
    this.#slots[slot] = index;
    if (this.#count * 2 > this.#slots.length) this.#grow();
  }

  #grow() {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1), mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      const at = index * SIZE;
      let slot = hashOf(this.#words[at], this.#words[at + 1]) & mask;
      while (slots[slot] >= 0) slot = slot + 1 & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

function hashOf(high: number, low: number): number {
  const hash = Math.imul(Math.imul(high, 0x9e3779b1) ^ low, 0x85ebca6b);
  return hash ^ hash >>> 15;
}
