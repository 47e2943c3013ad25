import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { get32, put32 } from "../../../captures/wire/octets.ts";
import { Bound } from "../../kit/bounds.ts";

/**
 * 32-bit words of a stored tuple: two ports or a fragment identification, the rest, and the words of
 * source and destination address in turn: those of an IPv4 flow lie together in a processor's cache.
 */
const SIZE = 10;
const PORTS = 0, REST = 1, SOURCE = 2, DESTINATION = 3;

/** Flows at most: beyond, state would grow with whatever a hostile capture invents. */
export const MAX_FLOWS = 1 << 16;

/**
 * Numbers inner flows 0, 1, 2, … by addresses, ports, protocol and DSCP, without an object per
 * packet. This is a check's own notion of a flow, made from wire octets alone: what a device takes
 * for a session is what is judged.
 */
export class TupleTable {
  #words = new Int32Array(SIZE * 64);
  #slots = new Int32Array(256).fill(-1);
  readonly #probe = new Int32Array(SIZE);
  /** Nobody can make a capture whose flows all meet in one slot. */
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0];
  readonly #bound: Bound;
  #count = 0;

  /** @param bound Limit of flows. */
  constructor(bound = new Bound("inner flows", MAX_FLOWS)) {
    this.#bound = bound;
  }

  /** Number of flows so far. */
  get size(): number {
    return this.#count;
  }

  /**
   * The number of the flow that the walker stands on, a new one if it was not met before; -1 when
   * it was not and there is room for no more.
   * Fragments of one datagram are a flow of their own; datagrams without ports have ports 0.
   */
  index(bytes: Uint8Array, walker: HeaderWalker): number {
    const p = this.#probe, l3 = walker.l3;
    const v4 = walker.ipVersion === 4;
    if (v4) {
      // The words that IPv4 does not have are 0 unless IPv6 was met last.
      if (p[REST] < 0) p.fill(0);
      p[SOURCE] = get32(bytes, l3 + 12);
      p[DESTINATION] = get32(bytes, l3 + 16);
    } else {
      for (let i = 0; i < 4; i++) {
        p[SOURCE + 2 * i] = get32(bytes, l3 + 8 + 4 * i);
        p[DESTINATION + 2 * i] = get32(bytes, l3 + 24 + 4 * i);
      }
    }
    const fragment = walker.isFragment;
    const { sourcePort } = walker;
    p[PORTS] = fragment
      ? walker.identification(bytes)
      : sourcePort < 0
      ? 0
      : sourcePort << 16 | walker.destinationPort;
    p[REST] = (v4 ? 0 : 1) << 31 | (fragment ? 1 : 0) << 30 | walker.dscp(bytes) << 8 |
      walker.protocol;
    return this.#find();
  }

  /** Protocol number of a flow. */
  protocol(index: number): number {
    return this.#words[index * SIZE + REST] & 255;
  }

  /** Whether a flow has ports: it is no fragment, and of UDP or TCP. */
  hasPorts(index: number): boolean {
    const at = index * SIZE;
    return this.#words[at + PORTS] !== 0 && (this.#words[at + REST] >>> 30 & 1) === 0;
  }

  /** DSCP of a flow. */
  dscp(index: number): number {
    return this.#words[index * SIZE + REST] >> 8 & 63;
  }

  /** IP version of a flow. */
  ipVersion(index: number): number {
    return this.#words[index * SIZE + REST] < 0 ? 6 : 4;
  }

  /** The flow as a session key of addresses, ports and protocol: `17 10.1.0.2:4000 > 10.2.0.2:5000`. */
  text(index: number): string {
    const at = index * SIZE, words = this.#words;
    const v6 = words[at + REST] < 0;
    const fragment = (words[at + REST] >>> 30 & 1) === 1;
    const ports = words[at + PORTS] >>> 0;
    const octets = new Uint8Array(16);
    const side = (address: number, port: number) => {
      for (let i = 0; i < 4; i++) put32(octets, 4 * i, words[at + address + 2 * i]);
      const text = formatAddress(octets, 0, v6 ? 16 : 4);
      if (port === 0 || fragment) return text;
      return v6 ? `[${text}]:${port}` : `${text}:${port}`;
    };
    const sides = `${side(SOURCE, ports >>> 16)} > ${side(DESTINATION, ports & 0xffff)}`;
    return `${this.protocol(index)} ${sides}${fragment ? ` #${ports}` : ""}`;
  }

  #find(): number {
    const slots = this.#slots, words = this.#words, p = this.#probe;
    const mask = slots.length - 1, ports = p[PORTS], rest = p[REST];
    const source = p[SOURCE], destination = p[DESTINATION];
    let slot = hashOf(p, 0, this.#seed) & mask;
    for (;; slot = (slot + 1) & mask) {
      const index = slots[slot];
      if (index < 0) return this.#add(slot);
      const at = index * SIZE;
      const isLike = words[at + PORTS] === ports && words[at + REST] === rest &&
        words[at + SOURCE] === source && words[at + DESTINATION] === destination;
      if (isLike && (rest >= 0 || this.#hasProbe(at))) return index;
    }
  }

  /** Whether all words of an IPv6 flow are those that are looked for. */
  #hasProbe(at: number): boolean {
    const words = this.#words, p = this.#probe;
    let i = 0;
    while (i < SIZE && words[at + i] === p[i]) i++;
    return i === SIZE;
  }

  #add(slot: number): number {
    if (!this.#bound.admits(this.#count)) return -1;
    const index = this.#count++;
    if (this.#words.length < this.#count * SIZE) {
      const larger = new Int32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words.set(this.#probe, index * SIZE);
    this.#slots[slot] = index;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return index;
  }

  #grow() {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = hashOf(this.#words, index * SIZE, this.#seed) & mask;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index;
    }
  }
}

/** A hash of the tuple at `at`: of all its words, as far as its IP version has them. */
function hashOf(words: Int32Array, at: number, seed: number): number {
  let hash = mix(mix(words[at + PORTS] ^ seed, words[at + REST]), words[at + SOURCE]);
  hash = mix(hash, words[at + DESTINATION]);
  if (words[at + REST] < 0) {
    for (let i = DESTINATION + 1; i < SIZE; i++) hash = mix(hash, words[at + i]);
  }
  return hash ^ hash >>> 13;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ mixed >>> 15;
}
