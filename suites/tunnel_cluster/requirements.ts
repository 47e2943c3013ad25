/** The catalogue of source 004: TCL-001 to TCL-082, and what the source does not say. */
import { REQUEST } from "./requirements/a_request.ts";
import { REPLY } from "./requirements/b_reply.ts";
import { TRANSLATION } from "./requirements/c_translation.ts";
import { CONNECTION } from "./requirements/d_connection.ts";
import { INITIATOR_TABLES } from "./requirements/e_initiator_tables.ts";
import { CALLS } from "./requirements/f_calls.ts";
import { LOAD_SHARING } from "./requirements/g_load_sharing.ts";
import { MANAGEMENT } from "./requirements/h_management.ts";
import { GLOBAL_ADDRESSES } from "./requirements/i_global_addresses.ts";
import { TAKE_OVER } from "./requirements/j_take_over.ts";
import { INTERWORKING } from "./requirements/l_interworking.ts";
import { GENERAL } from "./requirements/k_general.ts";

/** Every requirement of the system by its id. */
export const TUNNEL_CLUSTER_REQUIREMENTS = {
  ...REQUEST,
  ...REPLY,
  ...TRANSLATION,
  ...CONNECTION,
  ...INITIATOR_TABLES,
  ...CALLS,
  ...LOAD_SHARING,
  ...MANAGEMENT,
  ...GLOBAL_ADDRESSES,
  ...TAKE_OVER,
  ...GENERAL,
  ...INTERWORKING,
} as const;

/** Ids that exist; citing another does not compile. */
export type TunnelClusterId = keyof typeof TUNNEL_CLUSTER_REQUIREMENTS;
