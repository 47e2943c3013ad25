/** The suites by their word: adding a system adds one line here. */
import { CORE_IDENTITY } from "./core_identity/mod.ts";
import { L2TP } from "./l2tp/mod.ts";
import type { Suite } from "./suite.ts";
import { TUNNEL_CLUSTER } from "./tunnel_cluster/mod.ts";

/** Every suite of the project. */
export const SUITES: Readonly<Record<string, Suite>> = {
  core_identity: CORE_IDENTITY,
  l2tp: L2TP,
  tunnel_cluster: TUNNEL_CLUSTER,
};
