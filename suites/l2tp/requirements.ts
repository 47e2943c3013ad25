/** The catalogue of RFC 2661, in the order of its sections; ids are stable and say nothing of it. */
import { HEADER } from "./requirements/3_1_header.ts";
import { AVP_FORMAT } from "./requirements/4_1_avp_format.ts";
import { HIDING } from "./requirements/4_3_hiding.ts";
import { ATTRIBUTES } from "./requirements/4_4_attributes.ts";
import { CONTROL_CONNECTION_AVPS } from "./requirements/4_4_3_control_connection_avps.ts";
import { AUTHENTICATION } from "./requirements/5_1_1_authentication.ts";
import { IDENTIFIERS } from "./requirements/5_3_identifiers.ts";
import { DATA } from "./requirements/5_4_data.ts";
import { KEEPALIVE } from "./requirements/5_5_keepalive.ts";
import { TEARDOWN } from "./requirements/5_6_teardown.ts";
import { RELIABLE_DELIVERY } from "./requirements/5_8_reliable_delivery.ts";
import { MESSAGES } from "./requirements/6_messages.ts";
import { STATES } from "./requirements/7_states.ts";
import { TRANSPORT } from "./requirements/8_1_udp.ts";

/** Every requirement of the system by its id. */
export const L2TP_REQUIREMENTS = {
  ...HEADER,
  ...AVP_FORMAT,
  ...HIDING,
  ...ATTRIBUTES,
  ...CONTROL_CONNECTION_AVPS,
  ...AUTHENTICATION,
  ...IDENTIFIERS,
  ...DATA,
  ...KEEPALIVE,
  ...TEARDOWN,
  ...RELIABLE_DELIVERY,
  ...MESSAGES,
  ...STATES,
  ...TRANSPORT,
} as const;

/** Ids that exist; citing another does not compile. */
export type L2tpId = keyof typeof L2TP_REQUIREMENTS;
