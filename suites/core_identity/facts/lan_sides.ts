/** Which way datagrams go at the LAN taps of a lab: into a device, or out of it. */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { parseAddress } from "../../../captures/wire/address.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";

/** Ways of a datagram at a LAN tap. */
export const Way = {
  /** It stays on the link, or went through no tunnel. */
  none: 0,
  /** A host sends it through the device. */
  enters: 1,
  /** The device forwards it to a host. */
  leaves: 2,
} as const;

/** A prefix in octets. */
export interface Prefix {
  octets: Uint8Array;
  bits: number;
}

/** The prefixes behind each tap, from the topology. */
export class LanSides {
  readonly #local = new Map<string, Prefix[]>();
  /** The tap of the frame before, and the prefixes behind it. */
  #tap: Tap | undefined;
  #prefixes: Prefix[] = [];

  constructor({ topology }: Evidence) {
    for (const point of topology?.taps ?? []) {
      if (point.side !== "lan") continue;
      const ends = topology!.links.flatMap(({ ends }) => ends)
        .filter((end) => end.node === point.node && end.interface === point.interface);
      this.#local.set(point.name, ends.flatMap(({ addresses }) => addresses.map(prefixOf)));
    }
  }

  /** The way of the datagram that the walker stands on: see `Way`. */
  way({ bytes }: Frame, walk: HeaderWalker, tap: Tap): number {
    if (tap !== this.#tap) {
      this.#tap = tap;
      this.#prefixes = this.#local.get(tap.name) ?? [];
    }
    const length = walk.addressLength, destination = walk.destinationStart;
    const fromHere = isWithin(this.#prefixes, bytes, walk.sourceStart, length);
    const toHere = isWithin(this.#prefixes, bytes, destination, length);
    // Neighbour discovery, multicast and what stays on this link went through no tunnel.
    if (fromHere === toHere || isLocalTraffic(bytes, destination, length)) return Way.none;
    return fromHere ? Way.enters : Way.leaves;
  }

  /** The prefixes behind the LAN taps of a node, or of all others than it. */
  prefixes({ taps }: Evidence, node: string, others: boolean): Prefix[] {
    return taps.filter((tap) => tap.side === "lan" && (tap.node === node) !== others)
      .flatMap(({ name }) => this.#local.get(name) ?? []);
  }
}

/** An address in prefix notation, such as `10.1.1.1/24`, in octets. */
export function prefixOf(text: string): Prefix {
  const [address, bits] = text.split("/");
  return { octets: parseAddress(address), bits: Number(bits) };
}

/** Whether the address at `bytes[at, at + length)` lies within one of the prefixes. */
export function isWithin(
  prefixes: readonly Prefix[],
  bytes: Uint8Array,
  at: number,
  length: number,
): boolean {
  for (let p = 0; p < prefixes.length; p++) {
    const { octets, bits } = prefixes[p];
    if (octets.length !== length) continue;
    let same = true;
    for (let bit = 0, i = 0; bit < bits && same; bit += 8, i++) {
      const mask = bits - bit >= 8 ? 255 : 0xff00 >> (bits - bit) & 255;
      same = (octets[i] & mask) === (bytes[at + i] & mask);
    }
    if (same) return true;
  }
  return false;
}

function isLocalTraffic(bytes: Uint8Array, destination: number, length: number): boolean {
  const first = bytes[destination];
  if (length === 4) return first >= 224;
  return first === 0xff || first === 0xfe && (bytes[destination + 1] & 0xc0) === 0x80;
}
