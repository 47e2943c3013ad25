/** Mutants of group L. */
import { type ClusterMutant, mutant, type Rules } from "./make.ts";

/** Takes every request for one that it has not seen. */
function forgetful(): Rules {
  let count = 0;
  return { sccrqKey: () => `${count++}` };
}

/** The mutants. */
export const INTERWORKING_MUTANTS: readonly ClusterMutant[] = [
  mutant("endpoint", "another_secret", "Has another secret than the cluster", "TCL-083", {
    challengeResponse: () => new Uint8Array(16),
  }),
  mutant("endpoint", "never_gives_up", "Never gives an initiator up", "TCL-084", {
    givesUp: () => false,
  }, ["TCL-082"]),
  mutant("initiator", "believes_anybody", "Takes any proof of the secret", "TCL-085", {
    authenticates: () => true,
  }),
  mutant("initiator", "never_asks", "Does not look whether its endpoint lives", "TCL-086", {
    helloAfter: () => 0,
  }),
  mutant("initiator", "stays_where_sent_away", "Overlooks that its tunnel has ended", "TCL-086", {
    takesStopCcn: () => false,
  }),
  mutant(
    "endpoint",
    "tunnel_for_each",
    "Has a tunnel for each copy of a request",
    "TCL-087",
    forgetful(),
  ),
];
