/** The catalogue of source 004, by the parts of its text, and what the source does not say. */
import { REQUEST } from "./requirements/connection_request.ts";
import { REPLY } from "./requirements/connection_reply.ts";
import { TRANSLATION } from "./requirements/table_1.ts";
import { CONNECTION } from "./requirements/connection_connected.ts";
import { INITIATOR_TABLES } from "./requirements/tables_2_and_3.ts";
import { CALLS } from "./requirements/call_session.ts";
import { LOAD_SHARING } from "./requirements/load_sharing.ts";
import { MANAGEMENT } from "./requirements/network_management.ts";
import { GLOBAL_ADDRESSES } from "./requirements/architecture_200.ts";
import { TAKE_OVER } from "./requirements/take_over.ts";
import { INTERWORKING } from "./requirements/interworking.ts";
import { TUNNEL_PATHS } from "./requirements/tunnel_paths.ts";
import { CLUSTER_ROWS } from "./requirements/cluster_messages.ts";
import { GENERAL } from "./requirements/general.ts";

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
  ...TUNNEL_PATHS,
  ...CLUSTER_ROWS,
} as const;

/** Ids that exist; citing another does not compile. */
export type TunnelClusterId = keyof typeof TUNNEL_CLUSTER_REQUIREMENTS;
