/**
 * Mutants: a device of the cluster with one choice replaced. Each names the requirement that it
 * breaks, and as alsoViolates those that cannot help breaking with it.
 */
import { DATA_PATH_MUTANTS } from "./mutants/data_path.ts";
import { BAD_INPUT_MUTANTS } from "./mutants/bad_input.ts";
import { ENDPOINT_MUTANTS } from "./mutants/endpoint.ts";
import { INITIATOR_MUTANTS } from "./mutants/initiator.ts";
import { INTERWORKING_MUTANTS } from "./mutants/interworking.ts";
import { LOAD_SHARING_MUTANTS } from "./mutants/load_sharing.ts";
import { MANAGEMENT_MUTANTS } from "./mutants/management.ts";
import type { ClusterMutant } from "./mutants/make.ts";
import { MASTER_MUTANTS } from "./mutants/master.ts";
import { MIXED_MUTANTS } from "./mutants/mixed.ts";
import { NAT_MUTANTS } from "./mutants/nat.ts";
import { SCRIPTED_MUTANTS } from "./mutants/scripted.ts";
import { TAKE_OVER_MUTANTS } from "./mutants/take_over.ts";

/** The mutants, by the device that they are of. */
export const TUNNEL_CLUSTER_MUTANTS: readonly ClusterMutant[] = [
  ...INITIATOR_MUTANTS,
  ...MASTER_MUTANTS,
  ...LOAD_SHARING_MUTANTS,
  ...MANAGEMENT_MUTANTS,
  ...ENDPOINT_MUTANTS,
  ...NAT_MUTANTS,
  ...SCRIPTED_MUTANTS,
  ...TAKE_OVER_MUTANTS,
  ...INTERWORKING_MUTANTS,
  ...BAD_INPUT_MUTANTS,
  ...MIXED_MUTANTS,
  ...DATA_PATH_MUTANTS,
];
