import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";

/** Octets of a stored tuple: two addresses, two ports or a fragment identification, and the rest. */
const SIZE = 40;
const SOURCE = 0,
  DESTINATION = 16,
  PORTS = 32,
  PROTOCOL = 36,
  VERSION = 37,
  DSCP = 38,
  FRAGMENT = 39;

/**
 * Numbers inner flows 0, 1, 2, … by addresses, ports, protocol and DSCP, without an object per
 * packet. This is a check's own notion of a flow, made from wire octets alone: what a device takes
 * for a session is what is judged.
 */
export class TupleTable {
  #octets = new Uint8Array(SIZE * 64);
  #slots = new Int32Array(256).fill(-1);
  readonly #probe = new Uint8Array(SIZE);
  #count = 0;

  /** Number of flows so far. */
  get size(): number {
    return this.#count;
  }

  /**
   * The number of the flow that the walker stands on, a new one if it was not met before.
   * Fragments of one datagram are a flow of their own; datagrams without ports have ports 0.
   */
  index(bytes: Uint8Array, walker: HeaderWalker): number {
    const p = this.#probe, l3 = walker.l3;
    const v4 = walker.ipVersion === 4;
    p.fill(0);
    const length = v4 ? 4 : 16, from = l3 + (v4 ? 12 : 8);
    for (let i = 0; i < length; i++) {
      p[SOURCE + i] = bytes[from + i];
      p[DESTINATION + i] = bytes[from + length + i];
    }
    if (walker.moreFragments || walker.fragmentOffset > 0) {
      // The identification: in the IPv4 header, or at the end of an IPv6 fragment header.
      const at = v4 ? l3 + 4 : walker.l4 - 4;
      for (let i = 0; i < (v4 ? 2 : 4); i++) p[PORTS + i] = bytes[at + i];
      p[FRAGMENT] = 1;
    } else if (walker.sourcePort >= 0) {
      p[PORTS] = walker.sourcePort >> 8;
      p[PORTS + 1] = walker.sourcePort;
      p[PORTS + 2] = walker.destinationPort >> 8;
      p[PORTS + 3] = walker.destinationPort;
    }
    p[PROTOCOL] = walker.protocol;
    p[VERSION] = walker.ipVersion;
    p[DSCP] = v4 ? bytes[l3 + 1] >> 2 : (bytes[l3] << 4 | bytes[l3 + 1] >> 4) >> 2 & 63;
    return this.#find();
  }

  /** Protocol number of a flow. */
  protocol(index: number): number {
    return this.#octets[index * SIZE + PROTOCOL];
  }

  /** DSCP of a flow. */
  dscp(index: number): number {
    return this.#octets[index * SIZE + DSCP];
  }

  /** IP version of a flow. */
  ipVersion(index: number): number {
    return this.#octets[index * SIZE + VERSION];
  }

  /** The flow as a session key of addresses, ports and protocol: `17 10.1.0.2:4000 > 10.2.0.2:5000`. */
  text(index: number): string {
    const at = index * SIZE, octets = this.#octets;
    const v6 = octets[at + VERSION] === 6, length = v6 ? 16 : 4;
    const fragment = octets[at + FRAGMENT] === 1;
    const side = (address: number, port: number) => {
      const number = fragment ? 0 : octets[at + port] << 8 | octets[at + port + 1];
      const text = formatAddress(octets, at + address, at + address + length);
      return number === 0 ? text : v6 ? `[${text}]:${number}` : `${text}:${number}`;
    };
    const sides = `${side(SOURCE, PORTS)} > ${side(DESTINATION, PORTS + 2)}`;
    const identification = v6
      ? new DataView(octets.buffer).getUint32(at + PORTS)
      : octets[at + PORTS] << 8 | octets[at + PORTS + 1];
    return `${octets[at + PROTOCOL]} ${sides}${fragment ? ` #${identification}` : ""}`;
  }

  #find(): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(this.#probe, 0) & mask;
    for (;; slot = (slot + 1) & mask) {
      const index = this.#slots[slot];
      if (index < 0) return this.#add(slot);
      if (this.#equals(index)) return index;
    }
  }

  #add(slot: number): number {
    const index = this.#count++;
    if (this.#octets.length < this.#count * SIZE) {
      const larger = new Uint8Array(this.#octets.length * 2);
      larger.set(this.#octets);
      this.#octets = larger;
    }
    this.#octets.set(this.#probe, index * SIZE);
    this.#slots[slot] = index;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return index;
  }

  #grow() {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = this.#hash(this.#octets, index * SIZE) & mask;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index;
    }
  }

  #hash(octets: Uint8Array, at: number): number {
    let hash = 0x811c9dc5;
    for (let i = at; i < at + SIZE; i++) hash = Math.imul(hash ^ octets[i], 0x01000193);
    return hash ^ hash >>> 15;
  }

  #equals(index: number): boolean {
    const at = index * SIZE;
    for (let i = 0; i < SIZE; i++) if (this.#octets[at + i] !== this.#probe[i]) return false;
    return true;
  }
}
