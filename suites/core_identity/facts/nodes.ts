import { parseAddress } from "../../../captures/wire/address.ts";
import type { Evidence } from "../../kit/evidence.ts";

/** A device of the evidence, as far as its addresses tell packets of its own from others'. */
export interface DeviceNode {
  name: string;
  role: string;
  initiator: boolean;
  wan: Uint8Array[];
}

/**
 * The devices of evidence, from their configurations. Captures that came without a lab know none:
 * then there are a sender and a receiver whose addresses are learned from what they say.
 */
export function deviceNodes(evidence: Evidence): DeviceNode[] {
  if (evidence.world === "captures") {
    return [
      { name: "sender", role: "sender", initiator: true, wan: [] },
      { name: "receiver", role: "receiver", initiator: false, wan: [] },
    ];
  }
  return Object.entries(evidence.nodes).map(([name, { role, config }]) => {
    const { wan, initiate } = config as { wan?: { address?: unknown }[]; initiate?: boolean };
    const addresses = (Array.isArray(wan) ? wan : []).map((w) => w?.address)
      .filter((a) => typeof a === "string");
    return {
      name,
      role,
      initiator: initiate === true,
      wan: addresses.map(parse).filter((a) => a.length),
    };
  });
}

function parse(address: string): Uint8Array {
  try {
    return parseAddress(address);
  } catch {
    // Evidence is untrusted: an address that is none matches no packet.
    return new Uint8Array();
  }
}

/** Which device has the address at `bytes[at, at + length)`: its index, or -1. */
export function ownerOf(
  nodes: readonly DeviceNode[],
  bytes: Uint8Array,
  at: number,
  length: number,
): number {
  // The last two octets differ most among addresses of one lab.
  const last = at + length - 1, ending = bytes[last], before = bytes[last - 1];
  for (let n = 0; n < nodes.length; n++) {
    const { wan } = nodes[n];
    for (let a = 0; a < wan.length; a++) {
      const address = wan[a];
      if (address.length !== length) continue;
      if (address[length - 1] !== ending || address[length - 2] !== before) continue;
      let i = 0;
      while (i < length && address[i] === bytes[at + i]) i++;
      if (i === length) return n;
    }
  }
  return -1;
}

/** Addresses of IPv4 whose owners are remembered. */
const REMEMBERED = 256;

/** Finds owners as `ownerOf` does, and remembers those of the IPv4 addresses met of late. */
export class Owners {
  readonly #nodes: DeviceNode[];
  readonly #addresses = new Int32Array(REMEMBERED);
  /** Index of the owner by place; -2 where nothing is remembered. */
  readonly #owners = new Int32Array(REMEMBERED).fill(-2);

  constructor(nodes: DeviceNode[]) {
    this.#nodes = nodes;
  }

  /** Which device has the address at `bytes[at, at + length)`: its index, or -1. */
  of(bytes: Uint8Array, at: number, length: number): number {
    if (length !== 4) return ownerOf(this.#nodes, bytes, at, length);
    const address = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
    const place = (address ^ address >>> 8 ^ address >>> 16) & (REMEMBERED - 1);
    if (this.#addresses[place] === address && this.#owners[place] !== -2) {
      return this.#owners[place];
    }
    this.#addresses[place] = address;
    return this.#owners[place] = ownerOf(this.#nodes, bytes, at, length);
  }

  /** Learns who owns two addresses: see `learnOwners`. */
  learn(
    bytes: Uint8Array,
    source: number,
    destination: number,
    length: number,
    opens: boolean | undefined,
  ): number {
    this.#owners.fill(-2);
    return learnOwners(this.#nodes, bytes, source, destination, length, opens);
  }
}

/** Addresses that are learned at most, of each device: a flood of sources must not grow a list. */
const LEARNED = 64;

/**
 * Learns who owns the addresses at `source` and `destination`: whoever opens tunnels is the sender,
 * whoever answers the receiver, and without either, whoever sends data first is the sender.
 * @param opens Whether the packet opens a tunnel, or answers what does; undefined for data.
 * @returns the index of the source's owner, or -1 when there is no telling.
 */
function learnOwners(
  nodes: DeviceNode[],
  bytes: Uint8Array,
  source: number,
  destination: number,
  length: number,
  opens: boolean | undefined,
): number {
  const to = ownerOf(nodes, bytes, destination, length);
  const from = to >= 0 ? 1 - to : opens === false ? 1 : 0;
  for (const [node, at] of [[from, source], [1 - from, destination]]) {
    const known = ownerOf(nodes, bytes, at, length) >= 0;
    if (!known && nodes[node].wan.length < LEARNED) {
      nodes[node].wan.push(bytes.slice(at, at + length));
    }
  }
  return ownerOf(nodes, bytes, source, length);
}
