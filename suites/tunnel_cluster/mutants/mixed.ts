/** Mutants of a cluster of both kinds. */
import { globalAddress } from "../topologies.ts";
import { type ClusterMutant, mutant } from "./make.ts";
import { elsewhere } from "./master.ts";

/** The mutants. */
export const MIXED_MUTANTS: readonly ClusterMutant[] = [
  mutant(
    "master",
    "to_global_of_mixed",
    "Forwards to the global address of the endpoint that has one",
    "TCL-074",
    elsewhere(globalAddress(3)),
  ),
  mutant(
    "endpoint",
    "local_of_mixed",
    "Answers by way of the NAT though it has a link",
    "TCL-074",
    {
      endpoint: { answersBy: () => "local" },
    },
  ),
];
