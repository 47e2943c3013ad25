/** All cases of the bench. */
import type { Case } from "../cases.ts";
import { FRAMING_CASES } from "./framing.ts";
import { HEADERS } from "./a_header.ts";
import { IDENTIFIERS } from "./a_identifiers.ts";
import { RECEIVED } from "./b_received.ts";
import { SENT } from "./b_sent.ts";
import { UNKNOWN_CASES } from "./b_unknown.ts";
import { HIDING_CASES } from "./c_hiding.ts";
import { AUTHENTICATION_CASES } from "./d_authentication.ts";
import { CONTROL_CONNECTIONS } from "./e_control_connection.ts";
import { NUMBERS } from "./f_numbers.ts";
import { RETRANSMISSION } from "./f_retransmission.ts";
import { WINDOW } from "./f_window.ts";
import { KEEPALIVE } from "./g_keepalive.ts";
import { ENDINGS } from "./h_endings.ts";
import { CALLS } from "./h_sessions.ts";
import { DATA_CASES } from "./i_data.ts";
import { TRANSPORT_CASES } from "./j_transport.ts";
import { OUTGOING_CALL_CASES } from "./outgoing_calls.ts";
import { PROXY_CASES } from "./proxy.ts";
import { MALFORMED } from "./b_malformed.ts";
import { RESERVED_FIELDS } from "./b_reserved_fields.ts";
import { UNPREDICTABLE } from "./a_unpredictable.ts";
import { REFUSALS } from "./e_refusals.ts";
import { AFTER_LOSS } from "./f_after_loss.ts";
import { DATAGRAMS } from "./j_datagrams.ts";
import { TIE_BREAKER_CASES } from "./tie_breaker.ts";

/** The cases, by role and group. */
export const L2TP_CASES: readonly Case[] = [
  ...HEADERS,
  ...IDENTIFIERS,
  ...UNKNOWN_CASES,
  ...SENT,
  ...RECEIVED,
  ...HIDING_CASES,
  ...AUTHENTICATION_CASES,
  ...CONTROL_CONNECTIONS,
  ...NUMBERS,
  ...RETRANSMISSION,
  ...WINDOW,
  ...KEEPALIVE,
  ...CALLS,
  ...ENDINGS,
  ...DATA_CASES,
  ...TRANSPORT_CASES,
  ...PROXY_CASES,
  ...MALFORMED,
  ...RESERVED_FIELDS,
  ...UNPREDICTABLE,
  ...REFUSALS,
  ...AFTER_LOSS,
  ...DATAGRAMS,
  ...TIE_BREAKER_CASES,
  ...OUTGOING_CALL_CASES,
  ...FRAMING_CASES,
];
