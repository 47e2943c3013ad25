import type { FloatingAddress, Topology } from "../../suites/kit/topology.ts";

/** A floating address that has changed its holder; all three by name. */
export interface AddressMove {
  address: string;
  from: string;
  to: string;
}

/** One leg of the way to a floating address: a router's host route. */
export interface HostRoute {
  router: string;
  /** `ADDRESS/LENGTH` of the one address. */
  prefix: string;
  /** The neighbour that is next. */
  via: string;
}

/**
 * Who holds the floating addresses of a topology, as routers would learn it from a routing protocol:
 * the last device to claim an address has it, and when that lets go, the one before. An address that
 * nobody claims stays where it was.
 */
export class FloatingAddresses {
  readonly #addresses: ReadonlyMap<string, FloatingAddress>;
  readonly #holders: Map<string, string>;
  /** By address, who claims it; the latest is last. */
  readonly #claimants: Map<string, string[]>;

  constructor({ floating = {} }: Topology) {
    this.#addresses = new Map(Object.entries(floating));
    this.#holders = new Map([...this.#addresses].map(([a, { initially }]) => [a, initially]));
    this.#claimants = new Map([...this.#addresses.keys()].map((address) => [address, []]));
  }

  /** Takes note of all that a device claims from now on; gives what moves. */
  claim(device: string, claims: readonly string[]): AddressMove[] {
    const moves: AddressMove[] = [];
    for (const [address, { via }] of this.#addresses) {
      const claimants = this.#claimants.get(address)!;
      const at = claimants.indexOf(device);
      const claimed = claims.includes(address) &&
        Object.values(via).every((gateways) => Object.hasOwn(gateways, device));
      if (claimed === at >= 0) continue;
      if (claimed) claimants.push(device);
      else claimants.splice(at, 1);
      const from = this.#holders.get(address)!, to = claimants.at(-1) ?? from;
      if (to === from) continue;
      this.#holders.set(address, to);
      moves.push({ address, from, to });
    }
    return moves;
  }

  /** A device has died: what it holds stays with it, but only until another claims it. */
  lose(device: string): void {
    for (const claimants of this.#claimants.values()) {
      const at = claimants.indexOf(device);
      if (at >= 0) claimants.splice(at, 1);
    }
  }

  /** The routes that lead to an address now; to all of them by default. */
  routes(address?: string): HostRoute[] {
    if (address === undefined) {
      return [...this.#addresses.keys()].flatMap((known) => this.routes(known));
    }
    const holder = this.#holders.get(address)!;
    const prefix = `${address}/${address.includes(":") ? 128 : 32}`;
    return Object.entries(this.#addresses.get(address)!.via)
      .map(([router, gateways]) => ({ router, prefix, via: gateways[holder] }));
  }
}
