import { parseAddress } from "../../../captures/wire/address.ts";
import type { Evidence } from "../../evidence.ts";

/** A device of the evidence, as far as its addresses tell packets of its own from others'. */
export interface DeviceNode {
  name: string;
  role: string;
  initiator: boolean;
  wan: Uint8Array[];
}

/** The devices of evidence, from their configurations. */
export function deviceNodes(evidence: Evidence): DeviceNode[] {
  return Object.entries(evidence.cast).map(([name, { role, config }]) => {
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
  for (let n = 0; n < nodes.length; n++) {
    for (const address of nodes[n].wan) {
      if (address.length !== length) continue;
      let i = 0;
      while (i < length && address[i] === bytes[at + i]) i++;
      if (i === length) return n;
    }
  }
  return -1;
}

/** The key that the lab configured, as a key log would give it. */
export function labKey(evidence: Evidence): string | undefined {
  for (const { config } of Object.values(evidence.cast)) {
    const { key } = config as { key?: unknown };
    if (typeof key === "string" && /^[0-9a-fA-F]{64}$/.test(key)) return key;
  }
  return undefined;
}

/** A value of a node's configuration. */
export function configured(evidence: Evidence, node: string, field: string): unknown {
  return (evidence.cast[node]?.config as Record<string, unknown> | undefined)?.[field];
}
