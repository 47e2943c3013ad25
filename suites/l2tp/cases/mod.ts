/** All cases of the bench. */
import type { Case } from "../cases.ts";
import { HEADERS } from "./a_header.ts";
import { IDENTIFIERS } from "./a_identifiers.ts";
import { UNPREDICTABLE } from "./a_unpredictable.ts";
import { MALFORMED } from "./b_malformed.ts";
import { RECEIVED } from "./b_received.ts";
import { RESERVED_FIELDS } from "./b_reserved_fields.ts";
import { SENT } from "./b_sent.ts";
import { UNKNOWN_CASES } from "./b_unknown.ts";
import { HIDING_CASES } from "./c_hiding.ts";
import { AUTHENTICATION_CASES } from "./d_authentication.ts";
import { CONTROL_CONNECTIONS } from "./e_control_connection.ts";
import { FRAMING_CASES } from "./e_framing.ts";
import { REFUSALS } from "./e_refusals.ts";
import { TIE_BREAKER_CASES } from "./e_tie_breaker.ts";
import { AFTER_LOSS } from "./f_after_loss.ts";
import { NUMBERS } from "./f_numbers.ts";
import { RETRANSMISSION } from "./f_retransmission.ts";
import { WINDOW } from "./f_window.ts";
import { KEEPALIVE } from "./g_keepalive.ts";
import { ENDINGS } from "./h_endings.ts";
import { OUTGOING_CALL_CASES } from "./h_outgoing_calls.ts";
import { PROXY_CASES } from "./h_proxy.ts";
import { CALLS } from "./h_sessions.ts";
import { DATA_CASES } from "./i_data.ts";
import { DATAGRAMS } from "./j_datagrams.ts";
import { TRANSPORT_CASES } from "./j_transport.ts";

/** The cases, by group. */
export const L2TP_CASES: readonly Case[] = [
  ...HEADERS,
  ...IDENTIFIERS,
  ...UNPREDICTABLE,
  ...MALFORMED,
  ...RECEIVED,
  ...RESERVED_FIELDS,
  ...SENT,
  ...UNKNOWN_CASES,
  ...HIDING_CASES,
  ...AUTHENTICATION_CASES,
  ...CONTROL_CONNECTIONS,
  ...FRAMING_CASES,
  ...REFUSALS,
  ...TIE_BREAKER_CASES,
  ...AFTER_LOSS,
  ...NUMBERS,
  ...RETRANSMISSION,
  ...WINDOW,
  ...KEEPALIVE,
  ...ENDINGS,
  ...OUTGOING_CALL_CASES,
  ...PROXY_CASES,
  ...CALLS,
  ...DATA_CASES,
  ...DATAGRAMS,
  ...TRANSPORT_CASES,
];
