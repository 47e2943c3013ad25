/** Who sent a datagram and to whom, from the addresses in a frame. */
import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { get32 } from "../../../captures/wire/octets.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { configurationOf } from "./configuration.ts";

/** Pairs of addresses that are remembered. */
const RECENT = 8;

/** An address that compares by `===`: its 32 bits, or its text. */
export type AddressKey = number | string;

/** Where a datagram goes from and to. */
export interface Route {
  keys: readonly [AddressKey, AddressKey];
  /** Addresses as text. */
  source: string;
  destination: string;
  /** Nodes, or the addresses where no topology says whose they are. */
  from: string;
  to: string;
}

/** The parties of one piece of evidence. */
export class Parties {
  readonly #owners: ReadonlyMap<string, string>;
  /** The nodes, where the evidence names just two. */
  readonly #two: readonly string[];
  readonly #recent: Route[] = [];
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0];
  #count = 0;

  constructor(evidence: Evidence) {
    const { owners } = configurationOf(evidence);
    this.#owners = owners;
    const nodes = [...new Set(owners.values())];
    this.#two = nodes.length === 2 ? nodes : [];
  }

  /** The source address of a datagram. */
  source(bytes: Uint8Array, { l3, ipVersion }: HeaderWalker): AddressKey {
    return ipVersion === 4 ? get32(bytes, l3 + 12) : formatAddress(bytes, l3 + 8, l3 + 24);
  }

  /** The destination address of a datagram. */
  destination(bytes: Uint8Array, { l3, ipVersion }: HeaderWalker): AddressKey {
    return ipVersion === 4 ? get32(bytes, l3 + 16) : formatAddress(bytes, l3 + 24, l3 + 40);
  }

  /**
   * A digest of addresses, source port and a number: equal for the same, and for few others. Nobody
   * can make a capture in which all are equal.
   */
  flowKey(bytes: Uint8Array, walk: HeaderWalker, number: number): number {
    return mix(this.pathKey(bytes, walk, number), walk.sourcePort);
  }

  /** Likewise of addresses and a number, whatever the ports. */
  pathKey(bytes: Uint8Array, walk: HeaderWalker, number: number): number {
    const { addressLength, sourceStart, destinationStart } = walk;
    let digest = mix(this.#seed, number);
    for (let i = 0; i < addressLength; i += 4) {
      digest = mix(digest, get32(bytes, sourceStart + i));
      digest = mix(digest, get32(bytes, destinationStart + i));
    }
    return digest;
  }

  /** Addresses and parties of a datagram: the same object for those of late. */
  route(bytes: Uint8Array, walk: HeaderWalker): Route {
    const source = this.source(bytes, walk), destination = this.destination(bytes, walk);
    for (const route of this.#recent) {
      if (route.keys[0] === source && route.keys[1] === destination) return route;
    }
    const texts = [source, destination].map(textOf);
    const route = {
      ...{
        keys: [source, destination] as const,
        source: texts[0],
        destination: texts[1],
      },
      ...this.#between(texts[0], texts[1]),
    };
    this.#recent[this.#count++ % RECENT] = route;
    return route;
  }

  /**
   * Who sends from one address to another, and who gets it: nodes of the topology. Where there are two,
   * whatever comes from an address of neither and goes to one of them comes from the other.
   */
  #between(source: string, destination: string): { from: string; to: string } {
    const from = this.#owners.get(source), to = this.#owners.get(destination);
    return {
      from: from ?? this.#other(to) ?? source,
      to: to ?? this.#other(from) ?? destination,
    };
  }

  #other(node: string | undefined): string | undefined {
    return node === undefined ? undefined : this.#two.find((candidate) => candidate !== node);
  }
}

function mix(digest: number, word: number): number {
  const mixed = Math.imul(digest ^ word, 0x9e3779b1);
  return mixed ^ mixed >>> 15;
}

function textOf(address: AddressKey): string {
  if (typeof address === "string") return address;
  return [24, 16, 8, 0].map((shift) => address >>> shift & 0xff).join(".");
}
