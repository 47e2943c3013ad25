/** Mutants of group L. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { type ClusterMutant, mutant } from "./make.ts";

/** Takes every request for one that it has not seen. */
function forgetful(): TunnelClusterOverrides {
  let count = 0;
  return { l2tp: { sccrqKey: () => `${count++}` } };
}

/** The mutants. */
export const INTERWORKING_MUTANTS: readonly ClusterMutant[] = [
  mutant("endpoint", "another_secret", "Has another secret than the cluster", "TCL-083", {
    l2tp: { challengeResponse: () => new Uint8Array(16) },
  }),
  mutant("endpoint", "never_gives_up", "Never gives an initiator up", "TCL-084", {
    l2tp: { givesUp: () => false },
  }, ["TCL-082"]),
  mutant("initiator", "believes_anybody", "Takes any proof of the secret", "TCL-085", {
    l2tp: { authenticates: () => true },
  }),
  mutant("initiator", "never_asks", "Does not look whether its endpoint lives", "TCL-086", {
    l2tp: { helloAfter: () => 0 },
  }),
  mutant("initiator", "stays_where_sent_away", "Overlooks that its tunnel has ended", "TCL-086", {
    l2tp: { takesStopCcn: () => false },
  }),
  mutant(
    "endpoint",
    "tunnel_for_each",
    "Has a tunnel for each copy of a request",
    "TCL-087",
    forgetful(),
  ),
];
