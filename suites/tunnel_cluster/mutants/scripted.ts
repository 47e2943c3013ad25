/** Mutants that only initiators out of the ordinary bring to light. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { type ClusterMutant, mutant, SCCCN, TUNNEL_ID } from "./make.ts";

/** Takes any SCCCN for one of the tunnel that was begun last. */
function anyTunnelId(): TunnelClusterOverrides {
  let last = 0;
  return {
    l2tp: { assignsId: (random) => last = 1 + Math.floor(random() * 0xffff) },
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === SCCCN ? with16(packet, TUNNEL_ID, last) : packet,
    },
  };
}

/** The mutants. */
export const SCRIPTED_MUTANTS: readonly ClusterMutant[] = [
  mutant("master", "relays", "Relays what has a Tunnel ID", "TCL-011", {
    master: { forwards: (type, tunnelId) => type === 1 || tunnelId !== 0 },
  }, ["TCL-012", "TCL-082"]),
  mutant("nat", "rows_for_ever", "Keeps rows for ever", "TCL-032", {
    nat: { expires: () => false },
  }),
  mutant("nat", "ignores_end", "Keeps the row of a closed tunnel as long as any", "TCL-032", {
    nat: { expires: (row, now, _closing, idle) => now - row.usedAt > idle },
  }),
  mutant("nat", "closes_for_all", "Closes a row with the first of its tunnels", "TCL-032", {
    nat: { closes: () => true },
  }),
  mutant("nat", "impatient", "Drops the row of a tunnel that is silent for a moment", "TCL-032", {
    nat: { expires: (row, now) => now - row.usedAt > 250 },
  }, ["TCL-031", "TCL-033", "TCL-037", "TCL-049"]),
  mutant("endpoint", "acknowledges_apart", "Acknowledges by a ZLB in any case", "TCL-041", {
    l2tp: { piggybacks: false },
  }),
  mutant(
    "endpoint",
    "any_tunnel_id",
    "Takes an SCCCN with any Tunnel ID",
    "TCL-070",
    anyTunnelId(),
  ),
  mutant("endpoint", "knows_by_id", "Knows requests by address and Tunnel ID alone", "TCL-019", {
    l2tp: { sccrqKey: ({ address }, assigned) => `${address} ${assigned}` },
  }, ["TCL-017"]),
  mutant("endpoint", "moves", "Moves a tunnel to where its messages come from", "TCL-051", {
    l2tp: {
      acceptsSource: () => true,
      movesWithSource: true,
    },
  }),
  mutant("nat", "any_port", "Looks rows up by the address alone", "TCL-033", {
    nat: {
      matches: (row, from, natPort) => row.farAddress === from.address && row.natPort === natPort,
    },
  }),
];
