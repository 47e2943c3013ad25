/** The catalogue of RFC 2661: L2TP-001 to L2TP-097, grouped as the RFC's chapters are. */
import { HEADER } from "./requirements/a_header.ts";
import { AVPS } from "./requirements/b_avps.ts";
import { HIDING } from "./requirements/c_hiding.ts";
import { AUTHENTICATION } from "./requirements/d_authentication.ts";
import { CONTROL_CONNECTION } from "./requirements/e_control_connection.ts";
import { RELIABLE_DELIVERY } from "./requirements/f_reliable_delivery.ts";
import { KEEPALIVE } from "./requirements/g_keepalive.ts";
import { SESSIONS } from "./requirements/h_sessions.ts";
import { DATA } from "./requirements/i_data.ts";
import { TRANSPORT } from "./requirements/j_transport.ts";
import { CODES } from "./requirements/k_codes.ts";
import { FRAMING } from "./requirements/l_framing.ts";

/** Every requirement of the system by its id. */
export const L2TP_REQUIREMENTS = {
  ...HEADER,
  ...AVPS,
  ...HIDING,
  ...AUTHENTICATION,
  ...CONTROL_CONNECTION,
  ...RELIABLE_DELIVERY,
  ...KEEPALIVE,
  ...SESSIONS,
  ...DATA,
  ...TRANSPORT,
  ...CODES,
  ...FRAMING,
} as const;

/** Ids that exist; citing another does not compile. */
export type L2tpId = keyof typeof L2TP_REQUIREMENTS;
