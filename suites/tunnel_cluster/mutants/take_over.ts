/** Mutants of group J: what may go wrong when the master fails. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { type ClusterMutant, mutant } from "./make.ts";

/** Ends its tunnels when the master has been silent for long. */
const DROPS: TunnelClusterOverrides = {
  endpoint: { keepsTunnels: (silent, silence) => silent <= silence },
};

/** The mutants. */
export const TAKE_OVER_MUTANTS: readonly ClusterMutant[] = [
  mutant("endpoint", "never_stands", "Never stands for master", "TCL-075", {
    endpoint: { claims: () => false },
  }),
  mutant("endpoint", "drops_tunnels", "Ends its tunnels with the master", "TCL-076", DROPS, [
    "TCL-079",
  ]),
  mutant("endpoint", "drops_behind_nat", "Ends its tunnels with the master", "TCL-079", DROPS, [
    "TCL-076",
  ]),
  mutant("master", "never_yields", "Goes on whoever else is master", "TCL-077", {
    master: {
      mayForward: () => true,
      yieldsTo: () => false,
      inService: ({ registered }) => registered,
    },
  }),
  mutant("endpoint", "elects_itself", "Is master by its own vote, and at any time", "TCL-077", {
    endpoint: {
      claims: () => true,
      isElected: () => true,
    },
  }, ["TCL-075", "TCL-076", "TCL-078"]),
  mutant("endpoint", "all_to_itself", "Sends all requests to itself", "TCL-078", {
    master: { recipients: (_, all) => all.slice(0, 1) },
  }),
];
