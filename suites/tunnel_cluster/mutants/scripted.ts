/** Mutants that only initiators out of the ordinary bring to light. */
import { messageTypeOf, with16 } from "../../l2tp/wire_rules.ts";
import { type ClusterMutant, mutant, type Rules, SCCCN, TUNNEL_ID } from "./make.ts";

/** Takes any SCCCN for one of the tunnel that was begun last. */
function anyTunnelId(): Rules {
  let last = 0;
  return {
    assignsId: (random) => last = 1 + Math.floor(random() * 0xffff),
    enters: (packet) => messageTypeOf(packet) === SCCCN ? with16(packet, TUNNEL_ID, last) : packet,
  };
}

/** The mutants. */
export const SCRIPTED_MUTANTS: readonly ClusterMutant[] = [
  mutant("master", "relays", "Relays what has a Tunnel ID", "TCL-011", {
    forwards: (type, tunnelId) => type === 1 || tunnelId !== 0,
  }, ["TCL-012", "TCL-082"]),
  mutant("nat", "rows_for_ever", "Keeps rows for ever", "TCL-032", { expires: () => false }),
  mutant("nat", "ignores_end", "Keeps the row of a closed tunnel as long as any", "TCL-032", {
    expires: (row, now, _closing, idle) => now - row.usedAt > idle,
  }),
  mutant("nat", "closes_for_all", "Closes a row with the first of its tunnels", "TCL-032", {
    closes: () => true,
  }),
  mutant("nat", "impatient", "Drops the row of a tunnel that is silent for a moment", "TCL-032", {
    expires: (row, now) => now - row.usedAt > 250,
  }, ["TCL-031", "TCL-033", "TCL-037", "TCL-049"]),
  mutant("endpoint", "acknowledges_apart", "Acknowledges by a ZLB in any case", "TCL-041", {
    piggybacks: false,
  }),
  mutant(
    "endpoint",
    "any_tunnel_id",
    "Takes an SCCCN with any Tunnel ID",
    "TCL-070",
    anyTunnelId(),
  ),
  mutant("endpoint", "knows_by_id", "Knows requests by address and Tunnel ID alone", "TCL-019", {
    sccrqKey: ({ address }, assigned) => `${address} ${assigned}`,
  }, ["TCL-017"]),
  mutant("endpoint", "moves", "Moves a tunnel to where its messages come from", "TCL-051", {
    acceptsSource: () => true,
    movesWithSource: true,
  }),
  mutant("nat", "any_port", "Looks rows up by the address alone", "TCL-033", {
    matches: (row, from, natPort) => row.farAddress === from.address && row.natPort === natPort,
  }),
];
