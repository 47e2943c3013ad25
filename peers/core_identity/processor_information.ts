/** The cores of a node, as their owner knows them. */
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";
import type { NodeConfig } from "./config.ts";

// For facts that do not read the format itself yet.
export { readInformation } from "../../captures/wire/core_identity_information.ts";

/** A core as its owner knows it: index over all processing units, and identity. */
export interface Core {
  index: number;
  identity: bigint;
}

/** An ASCII name of up to 8 characters as a 64-bit identity, left-aligned. */
export function identityOfName(name: string): bigint {
  let value = 0n;
  for (let i = 0; i < 8; i++) {
    value = value << 8n | BigInt(i < name.length ? name.charCodeAt(i) : 0);
  }
  return value;
}

/** Identities of a peer's cores that were provisioned, and need not be announced ([0048], [0061]). */
export function provisionedFor(config: NodeConfig, peer: string): ProcessorInformation | undefined {
  const identities = config.provisioned[peer]?.map(BigInt);
  return identities && {
    ...{ version: 0, units: [identities.length], identities },
    ...{ excluded: [], preferred: [], reserved: [], loads: [] },
  };
}

/** Total number of cores that exist, offered or not. */
export function physicalCores(config: NodeConfig): number {
  return config.processors.reduce((sum, unit) => sum + unit.cores, 0);
}
