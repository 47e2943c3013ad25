/** Rows of numbers for the data flows of evidence: nothing is made for a message of a known flow. */
import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { get32, put32 } from "../../../captures/wire/octets.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { AddressKey } from "./parties.ts";

/** Words at the head of a row; what follows is the owner's. */
const IDS = 0, PORT = 1, PLACE = 2, SOURCE = 3, DESTINATION = 4;
/** Words that every row begins with. */
export const HEAD = 5;
/** Beside the port: the addresses are those of IPv6, whose other words lie apart. */
const IPV6 = 0x10000;
/** Words of two IPv6 addresses behind the first of each. */
const WIDE = 6;

/** Between whom and where a flow was captured. */
export interface FlowPath {
  place: string;
  source: AddressKey;
  destination: AddressKey;
}

/**
 * Numbers flows 0, 1, 2, … by place, addresses, identifiers and a port. Each has a row of words of 32
 * bits, which `words` and `times` show: a row begins at `row * size`, and at half of that in `times`.
 */
export class FlowTable {
  words: Int32Array<ArrayBuffer>;
  /** The same octets as numbers of 64 bits. */
  times: Float64Array;
  /** Flows so far. */
  count = 0;
  readonly size: number;
  readonly #bound: Bound;
  readonly #places: string[] = [];
  #slots = new Int32Array(256).fill(-1);
  /** By flow: its hash, as a row alone does not hold all that goes into it. */
  readonly #hashes: number[] = [];
  #wide = new Int32Array(0);
  /** Nobody can make a capture whose flows all meet in one slot. */
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0];

  /** @param size Words of a row, an even number. */
  constructor(size: number, bound: Bound) {
    this.size = size;
    this.#bound = bound;
    this.words = new Int32Array(size * 64);
    this.times = new Float64Array(this.words.buffer);
  }

  /**
   * The flow of a message, a new one if it was not met before; -1 when there is no room for it.
   * @param port What is to tell flows apart besides, from 0 to 65535.
   */
  index(
    bytes: Uint8Array,
    walk: HeaderWalker,
    place: string,
    { ids, port }: { ids: number; port: number },
  ): number {
    const { l3 } = walk, isV4 = walk.ipVersion === 4;
    const source = get32(bytes, isV4 ? l3 + 12 : l3 + 8) | 0;
    const destination = get32(bytes, isV4 ? l3 + 16 : l3 + 24) | 0;
    const tag = isV4 ? port : port | IPV6;
    let hash = mix(mix(mix(this.#seed ^ ids, tag), source), destination);
    if (!isV4) { for (let i = 0; i < WIDE; i++) hash = mix(hash, wideWord(bytes, l3, i)); }
    const slots = this.#slots, words = this.words, mask = slots.length - 1, { size } = this;
    let slot = hash & mask;
    for (;; slot = (slot + 1) & mask) {
      const index = slots[slot];
      if (index < 0) break;
      const at = index * size;
      const isSame = words[at + IDS] === ids && words[at + PORT] === tag &&
        words[at + SOURCE] === source && words[at + DESTINATION] === destination &&
        this.#places[words[at + PLACE]] === place;
      if (isSame && (isV4 || this.#isWide(index, bytes, l3))) return index;
    }
    if (!this.#bound.admits(this.count)) return -1;
    const index = this.#add(slot, hash), at = index * size;
    this.words[at + IDS] = ids;
    this.words[at + PORT] = tag;
    this.words[at + PLACE] = this.#placeOf(place);
    this.words[at + SOURCE] = source;
    this.words[at + DESTINATION] = destination;
    if (!isV4) this.#keepWide(index, bytes, l3);
    return index;
  }

  /** Between whom and where a flow was captured. */
  path(index: number): FlowPath {
    return {
      place: this.#places[this.words[index * this.size + PLACE]],
      source: this.#address(index, SOURCE),
      destination: this.#address(index, DESTINATION),
    };
  }

  /** Tunnel ID and Session ID of a flow, in the upper and the lower 16 bits. */
  idsOf(index: number): number {
    return this.words[index * this.size + IDS];
  }

  /** The port that tells a flow apart. */
  portOf(index: number): number {
    return this.words[index * this.size + PORT] & 0xffff;
  }

  #address(index: number, side: number): AddressKey {
    const at = index * this.size, first = this.words[at + side];
    if ((this.words[at + PORT] & IPV6) === 0) return first >>> 0;
    const octets = new Uint8Array(16), from = index * WIDE + (side === SOURCE ? 0 : 3);
    put32(octets, 0, first);
    for (let i = 0; i < 3; i++) put32(octets, 4 + 4 * i, this.#wide[from + i]);
    return formatAddress(octets, 0, 16);
  }

  #placeOf(place: string): number {
    const known = this.#places.indexOf(place);
    return known < 0 ? this.#places.push(place) - 1 : known;
  }

  #isWide(index: number, bytes: Uint8Array, l3: number): boolean {
    let i = 0;
    while (i < WIDE && this.#wide[index * WIDE + i] === wideWord(bytes, l3, i)) i++;
    return i === WIDE;
  }

  #keepWide(index: number, bytes: Uint8Array, l3: number): void {
    const needed = (index + 1) * WIDE;
    if (this.#wide.length < needed) {
      const larger = new Int32Array(needed * 2);
      larger.set(this.#wide);
      this.#wide = larger;
    }
    for (let i = 0; i < WIDE; i++) this.#wide[index * WIDE + i] = wideWord(bytes, l3, i);
  }

  #add(slot: number, hash: number): number {
    const index = this.count++;
    if (this.words.length < this.count * this.size) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
      this.times = new Float64Array(larger.buffer);
    }
    this.#slots[slot] = index;
    this.#hashes[index] = hash;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return index;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let slot = this.#hashes[index] & mask;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index;
    }
  }
}

/** One of the words of IPv6 addresses behind the first of each: three of the source, then the others. */
function wideWord(bytes: Uint8Array, l3: number, i: number): number {
  return get32(bytes, l3 + (i < 3 ? 12 : 16) + 4 * i) | 0;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ mixed >>> 15;
}
