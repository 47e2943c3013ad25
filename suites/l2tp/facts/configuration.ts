/** What evidence says of the nodes besides the packets: addresses, ports, the tester's identifiers. */
import { formatAddress, parseAddress } from "../../../captures/wire/address.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";

/** Configurations as far as facts look at them; any field may be absent or of another type. */
export interface L2tpConfiguration {
  /** Node by address, as `formatAddress` writes it. */
  owners: ReadonlyMap<string, string>;
  /** UDP ports of the nodes. */
  ports: ReadonlySet<number>;
  /** The node that follows a script; undefined where there is none. */
  tester?: string;
  /** Identifiers that the tester assigns, by the script's names for them. */
  tunnels: ReadonlyMap<string, number>;
  sessions: ReadonlyMap<string, number>;
  /** The secret that the nodes share. */
  secret?: Uint8Array;
}

/** By nodes of evidence: every check asks. */
const KNOWN = new WeakMap<Evidence["nodes"], { of: Evidence; found: L2tpConfiguration }>();

/** Reads the configurations of all nodes. */
export function configurationOf(evidence: Evidence): L2tpConfiguration {
  const known = KNOWN.get(evidence.nodes);
  const isKnown = known?.of.topology === evidence.topology && known?.of.world === evidence.world;
  if (known !== undefined && isKnown) return known.found;
  const found = readConfiguration(evidence);
  KNOWN.set(evidence.nodes, { of: evidence, found });
  return found;
}

function readConfiguration(evidence: Evidence): L2tpConfiguration {
  const owners = new Map<string, string>(), ports = new Set<number>();
  const lab = new LabView(evidence);
  let secret: Uint8Array | undefined;
  for (const [node, { config }] of Object.entries(evidence.nodes)) {
    const { wan, secret: value } = config as { wan?: unknown; secret?: unknown };
    for (const address of lab.addressesOf(node)) owners.set(canonical(address), node);
    for (const port of Array.isArray(wan) ? wan as Record<string, unknown>[] : []) {
      if (typeof port.address === "string") owners.set(canonical(port.address), node);
      if (typeof port.udp === "number") ports.add(port.udp);
    }
    if (typeof value === "string") secret = new TextEncoder().encode(value);
  }
  const tester = lab.nodesOf("tester")[0];
  return {
    ...{ owners, ports, tester, secret },
    tunnels: identifiers(tester === undefined ? undefined : lab.setting(tester, "tunnels")),
    sessions: identifiers(tester === undefined ? undefined : lab.setting(tester, "sessions")),
  };
}

function identifiers(value: unknown): Map<string, number> {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  return new Map(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

function canonical(address: string): string {
  try {
    return formatAddress(parseAddress(address));
  } catch {
    return address;
  }
}
