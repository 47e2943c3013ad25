/** Who sent a datagram and to whom, from the addresses in a frame. */
import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { get32 } from "../../../captures/wire/octets.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { configurationOf } from "./configuration.ts";

/** Pairs of addresses that are remembered. */
const RECENT = 8;
/** Pairs of addresses at most that share what is made of them. */
const ROUTES = 65_536;

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
  #count = 0;
  /** By source and destination. */
  readonly #routes = new Map<AddressKey, Map<AddressKey, Route>>();
  #routeCount = 0;

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

  /** Addresses and parties of a datagram: the same object for the same. */
  route(bytes: Uint8Array, walk: HeaderWalker): Route {
    const source = this.source(bytes, walk), destination = this.destination(bytes, walk);
    for (const route of this.#recent) {
      if (route.keys[0] === source && route.keys[1] === destination) return route;
    }
    const route = this.#known(source, destination);
    this.#recent[this.#count++ % RECENT] = route;
    return route;
  }

  #known(source: AddressKey, destination: AddressKey): Route {
    let ofSource = this.#routes.get(source);
    let route = ofSource?.get(destination);
    if (route !== undefined) return route;
    route = this.between(source, destination);
    if (this.#routeCount >= ROUTES) return route;
    this.#routeCount++;
    if (ofSource === undefined) this.#routes.set(source, ofSource = new Map());
    ofSource.set(destination, route);
    return route;
  }

  /** What goes from one address to another. */
  between(source: AddressKey, destination: AddressKey): Route {
    const [from, to] = [textOf(source), textOf(destination)];
    return {
      ...{ keys: [source, destination], source: from, destination: to },
      ...this.#between(from, to),
    };
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

function textOf(address: AddressKey): string {
  if (typeof address === "string") return address;
  return [24, 16, 8, 0].map((shift) => address >>> shift & 0xff).join(".");
}
