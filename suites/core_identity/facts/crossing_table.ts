import type { Bound } from "../../kit/bounds.ts";
import type { DatagramDigest } from "./datagram_digest.ts";

/** 32-bit words of an entry. */
const SIZE = 10;
const HIGH = 0, LOW = 1, TAG = 2, REQUIRED = 3, ALLOWED = 4, LEFT = 5, IN_FRAME = 6, OUT_FRAME = 7;
/** Taps: 12 bits each, entry and exit; above them whether a header checksum was wrong there. */
const PLACES = 8;
/** TTLs: greatest and least on entry, greatest and least on exit, an octet each. */
const TTLS = 9;
const RUINED_IN = 1 << 24, RUINED_OUT = 1 << 25;

/** What became of all datagrams with one digest; valid while `each` shows it. */
export interface CrossingEntry {
  /** What the collector gave it, such as the number of its flow. */
  tag: number;
  /** How often it entered, and how often it entered where it need not leave. */
  required: number;
  allowed: number;
  /** How often it left. */
  left: number;
  /** Frame and tap where it entered last, and where it left last. */
  inFrame: number;
  inPlace: number;
  outFrame: number;
  outPlace: number;
  /** Seconds when it entered first and last. */
  firstTime: number;
  lastTime: number;
  /** Least and greatest TTL; meaningless where it did not enter, or leave. */
  inLeast: number;
  inGreatest: number;
  outLeast: number;
  outGreatest: number;
  /** Whether its IPv4 header checksum was wrong. */
  wasRuined: boolean;
  isRuined: boolean;
}

/**
 * The datagrams that entered a device at one side and left it at another, by digest, whichever side
 * is read first; typed arrays, so that no object is made for a datagram.
 */
export class CrossingTable {
  #words = new Int32Array(SIZE * 64);
  #times = new Float64Array(2 * 64);
  #slots = new Int32Array(256).fill(-1);
  readonly #bound: Bound;
  #count = 0;

  /** @param bound Limit of distinct datagrams. */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** A datagram enters, and must leave or may. @param place Index of the tap, up to 4095. */
  enters(
    digest: DatagramDigest,
    isRequired: boolean,
    frame: number,
    place: number,
    time: number,
    tag = 0,
  ): void {
    const at = this.#find(digest, tag) * SIZE, words = this.#words, times = this.#times;
    if (at < 0) return;
    const first = words[at + REQUIRED] + words[at + ALLOWED] === 0, t = at / SIZE * 2;
    words[at + (isRequired ? REQUIRED : ALLOWED)]++;
    words[at + IN_FRAME] = frame;
    words[at + PLACES] = words[at + PLACES] & ~0xfff | place |
      (digest.intact ? 0 : RUINED_IN);
    const ttls = words[at + TTLS], { ttl } = digest;
    const greatest = first ? ttl : Math.max(ttl, ttls >>> 24);
    const least = first ? ttl : Math.min(ttl, ttls >>> 16 & 255);
    words[at + TTLS] = greatest << 24 | least << 16 | ttls & 0xffff;
    times[t] = first ? time : Math.min(times[t], time);
    times[t + 1] = first ? time : Math.max(times[t + 1], time);
  }

  /** A datagram leaves. */
  leaves(digest: DatagramDigest, frame: number, place: number, tag = 0): void {
    const at = this.#find(digest, tag) * SIZE, words = this.#words;
    if (at < 0) return;
    const first = words[at + LEFT]++ === 0;
    words[at + OUT_FRAME] = frame;
    words[at + PLACES] = words[at + PLACES] & ~0xfff000 | place << 12 |
      (digest.intact ? 0 : RUINED_OUT);
    const ttls = words[at + TTLS], { ttl } = digest;
    const greatest = first ? ttl : Math.max(ttl, ttls >>> 8 & 255);
    const least = first ? ttl : Math.min(ttl, ttls & 255);
    words[at + TTLS] = ttls & 0xffff0000 | greatest << 8 | least;
  }

  /** Shows every entry in the order in which it was met first; the object is the same every time. */
  each(visit: (entry: Readonly<CrossingEntry>) => void): void {
    const entry = {} as CrossingEntry;
    const words = this.#words;
    for (let i = 0; i < this.#count; i++) {
      const at = i * SIZE, places = words[at + PLACES], ttls = words[at + TTLS];
      entry.tag = words[at + TAG];
      entry.required = words[at + REQUIRED];
      entry.allowed = words[at + ALLOWED];
      entry.left = words[at + LEFT];
      entry.inFrame = words[at + IN_FRAME];
      entry.outFrame = words[at + OUT_FRAME];
      entry.inPlace = places & 0xfff;
      entry.outPlace = places >>> 12 & 0xfff;
      entry.wasRuined = (places & RUINED_IN) !== 0;
      entry.isRuined = (places & RUINED_OUT) !== 0;
      entry.inGreatest = ttls >>> 24;
      entry.inLeast = ttls >>> 16 & 255;
      entry.outGreatest = ttls >>> 8 & 255;
      entry.outLeast = ttls & 255;
      entry.firstTime = this.#times[2 * i];
      entry.lastTime = this.#times[2 * i + 1];
      visit(entry);
    }
  }

  /** The index of a datagram's entry, a new one if need be; -1 when there is no room. */
  #find({ high, low }: DatagramDigest, tag: number): number {
    const slots = this.#slots, words = this.#words, mask = slots.length - 1;
    for (let slot = (high ^ low >>> 7) & mask;; slot = slot + 1 & mask) {
      const index = slots[slot];
      if (index < 0) return this.#add(slot, high, low, tag);
      const at = index * SIZE;
      if (words[at] === high && words[at + LOW] === low) return index;
    }
  }

  #add(slot: number, high: number, low: number, tag: number): number {
    if (!this.#bound.admits(this.#count)) return -1;
    const index = this.#count++;
    if (this.#words.length < this.#count * SIZE) {
      const words = new Int32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
      const times = new Float64Array(this.#times.length * 2);
      times.set(this.#times);
      this.#times = times;
    }
    const at = index * SIZE;
    this.#words[at + HIGH] = high;
    this.#words[at + LOW] = low;
    this.#words[at + TAG] = tag;
    this.#slots[slot] = index;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return index;
  }

  #grow() {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = slots.length - 1, words = this.#words;
    for (let index = 0; index < this.#count; index++) {
      const at = index * SIZE;
      let slot = (words[at + HIGH] ^ words[at + LOW] >>> 7) & mask;
      while (slots[slot] >= 0) slot = slot + 1 & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}
