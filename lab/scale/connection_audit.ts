/** Who is connected to whom at the end of a run, by the tables of both ends. */
import type { L2tpEndpoint } from "../../peers/l2tp/endpoint.ts";
import type { Tunnel } from "../../peers/l2tp/tunnel.ts";
import type { Cluster } from "./cluster.ts";

/** What the tables say when they are laid side by side. */
export interface ConnectionAudit {
  /** Initiators with one tunnel and one session that one living endpoint has as well. */
  served: number;
  /** Initiators with no tunnel, or none that a living endpoint has too, or no session in it. */
  lost: number;
  /** Initiators with more than one tunnel. */
  doubled: number;
  /** Tunnels of living endpoints that no initiator has. */
  orphaned: number;
  /** Tunnels of each living endpoint. */
  perEndpoint: readonly { endpoint: number; tunnels: number }[];
}

/** A tunnel as both ends must know it. */
interface TunnelFacts {
  ids: string;
  sessions: string;
}

/** Counts. Tunnels that are being set up or closed are nobody's. */
export function auditConnections({ initiators, endpoints }: Cluster): ConnectionAudit {
  const standing = new Map<string, TunnelFacts[]>();
  const perEndpoint: { endpoint: number; tunnels: number }[] = [];
  let total = 0;
  for (const { number, lns, diedAt } of endpoints) {
    if (diedAt !== undefined) continue;
    const tunnels = established(lns);
    perEndpoint.push({ endpoint: number, tunnels: tunnels.length });
    total += tunnels.length;
    for (const tunnel of tunnels) {
      const known = standing.get(tunnel.remote.address);
      if (known === undefined) standing.set(tunnel.remote.address, [facts(tunnel, true)]);
      else known.push(facts(tunnel, true));
    }
  }
  const found = { served: 0, lost: 0, doubled: 0 };
  let matched = 0;
  for (const { address, machine } of initiators) {
    const tunnels = established(machine).map((tunnel) => facts(tunnel, false));
    const theirs = standing.get(address) ?? [];
    const pairs = tunnels.filter(({ ids }) => theirs.some((other) => other.ids === ids));
    matched += pairs.length;
    const whole = pairs.length === 1 && pairs[0].sessions !== "" &&
      theirs.some(({ sessions }) => sessions === pairs[0].sessions);
    if (tunnels.length > 1) found.doubled++;
    else if (!whole) found.lost++;
    else found.served++;
  }
  return { ...found, orphaned: total - matched, perEndpoint };
}

function established({ tunnels }: L2tpEndpoint): Tunnel[] {
  const open: Tunnel[] = [];
  for (const tunnel of tunnels.byId.values()) {
    if (tunnel.state === "established" && tunnel.phase === "open") open.push(tunnel);
  }
  return open;
}

/** Identifiers in the order initiator, endpoint. */
function facts({ localId, peerId, sessions }: Tunnel, ofEndpoint: boolean): TunnelFacts {
  const pair = (local: number, peer: number) =>
    ofEndpoint ? `${peer}/${local}` : `${local}/${peer}`;
  const up = sessions.all().filter(({ state }) => state === "established");
  return {
    ids: pair(localId, peerId),
    sessions: up.map((session) => pair(session.localId, session.peerId)).sort().join(" "),
  };
}
