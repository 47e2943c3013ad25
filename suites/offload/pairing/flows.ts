/** Who is told apart by what: the keys of flows, as the most particular of devices would have them. */
import type { Bound } from "../../kit/bounds.ts";

/** Words of an entry. */
const WIDTH = 8;
const HIGH = 0, LOW = 1, ADDRESSES = 2, PORTS = 3, FLOW_ID = 4, FORMAT = 5;
const SOURCE = 6, DESTINATION = 7;

/** What a flow is told by. Both readers of a pair of captures fill in the same object again and again. */
export interface FlowKey {
  /** Index of the tunnel's format; -1 of a plain segment, -2 of what is no segment. */
  format: number;
  /** Hash of the flow id in the opaque field. */
  flowId: number;
  /** Hashes of both addresses, and both ports. */
  addresses: number;
  addressesToo: number;
  ports: number;
  /** Hashes of one address each. */
  source: number;
  destination: number;
}

/** The flows of both sides. */
export class Flows {
  readonly #bound: Bound;
  #words = new Int32Array(WIDTH * 256);
  #slots = new Int32Array(1024).fill(-1);
  count = 0;
  /** The flow of the packet before: the next is often of the same. */
  #last = -1;

  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** The number of a flow, a new one if need be; -1 where there is no room. */
  of(key: FlowKey): number {
    const high = Math.imul(key.addresses ^ key.ports, 0x01000193) ^ key.flowId;
    const low = Math.imul(key.addressesToo + key.format | 0, 0x5bd1e995) ^
      Math.imul(key.flowId ^ key.ports >>> 3, 0x45d9f3b);
    const words = this.#words;
    if (this.#last >= 0) {
      const at = this.#last * WIDTH;
      if (words[at] === high && words[at + LOW] === low) return this.#last;
    }
    const slots = this.#slots, mask = slots.length - 1;
    for (let slot = (high ^ low >>> 7) & mask;; slot = slot + 1 & mask) {
      const flow = slots[slot];
      if (flow < 0) return this.#add(slot, high, low, key);
      const at = flow * WIDTH;
      if (words[at + HIGH] === high && words[at + LOW] === low) return this.#last = flow;
    }
  }

  /** Whether the inner addresses, the ports, the flow id, or the format of two flows are the same. */
  sameAddresses(a: number, b: number): boolean {
    return this.#same(a, b, ADDRESSES);
  }
  samePorts(a: number, b: number): boolean {
    return this.#same(a, b, PORTS);
  }
  sameFlowId(a: number, b: number): boolean {
    return this.#same(a, b, FLOW_ID);
  }
  sameFormat(a: number, b: number): boolean {
    return this.#same(a, b, FORMAT);
  }

  /** Index of the format of a flow's tunnel; -1 of plain segments, -2 of what is none. */
  formatOf(flow: number): number {
    return this.#words[flow * WIDTH + FORMAT];
  }

  /** A number that both ways between two addresses have, and one of the address it comes from. */
  conversationOf(flow: number): number {
    const at = flow * WIDTH;
    return this.#words[at + SOURCE] + this.#words[at + DESTINATION];
  }
  sourceOf(flow: number): number {
    return this.#words[flow * WIDTH + SOURCE];
  }

  #same(a: number, b: number, word: number): boolean {
    return this.#words[a * WIDTH + word] === this.#words[b * WIDTH + word];
  }

  #add(slot: number, high: number, low: number, key: FlowKey): number {
    if (!this.#bound.admits(this.count)) return -1;
    const flow = this.count++;
    if (this.#words.length < this.count * WIDTH) {
      const words = new Int32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words.set(
      [high, low, key.addresses, key.ports, key.flowId, key.format, key.source, key.destination],
      flow * WIDTH,
    );
    this.#slots[slot] = flow;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return this.#last = flow;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1), mask = slots.length - 1;
    for (let flow = 0; flow < this.count; flow++) {
      const at = flow * WIDTH;
      let slot = (this.#words[at] ^ this.#words[at + LOW] >>> 7) & mask;
      while (slots[slot] >= 0) slot = slot + 1 & mask;
      slots[slot] = flow;
    }
    this.#slots = slots;
  }
}
