/** The suite of RFC 2661: what each of the RFC's sections asks, judged at a bench. */
import type { L2tpOverrides } from "../../peers/l2tp/overrides.ts";
import { L2TP_CLASSES } from "./words.ts";
import { deferredPeers } from "../kit/deferred_peers.ts";
import { defineSuite, type Suite } from "../kit/suite.ts";
import { DATA_HEADER } from "./cases/3_1_data_header.ts";
import { CONTROL_HEADER } from "./cases/3_1_header.ts";
import { SENT_HEADERS } from "./cases/3_1_sent_headers.ts";
import { AVP_FORMAT } from "./cases/4_1_avp_format.ts";
import { UNKNOWN_AVPS } from "./cases/4_1_unknown_avps.ts";
import { HIDDEN_VALUES } from "./cases/4_3_hiding.ts";
import { HIDDEN_CONVERSATIONS } from "./cases/4_3_hidden_values.ts";
import { UNRECOVERABLE_VALUES } from "./cases/4_3_unrecoverable.ts";
import { MESSAGE_TYPES } from "./cases/4_4_1_message_type.ts";
import { RESULT_CODES } from "./cases/4_4_2_result_code.ts";
import { FRAMING } from "./cases/4_4_3_framing.ts";
import { INTRODUCTIONS } from "./cases/4_4_3_introductions.ts";
import { TIE_BREAKERS } from "./cases/4_4_3_tie_breaker.ts";
import { PROXY } from "./cases/4_4_5_proxy.ts";
import { VALUES_SENT } from "./cases/4_4_values.ts";
import { AUTHENTICATION } from "./cases/5_1_1_authentication.ts";
import { IDENTIFIERS } from "./cases/5_3_identifiers.ts";
import { IDENTIFIER_BOUNDS } from "./cases/5_3_bounds.ts";
import { FORWARDED } from "./cases/5_0_forwarded_data.ts";
import { OTHER_PROTOCOLS } from "./cases/5_0_other_protocols.ts";
import { DATA } from "./cases/5_4_data.ts";
import { DATA_RECEIVED } from "./cases/5_4_received_data.ts";
import { DATA_SENT } from "./cases/5_4_sent_data.ts";
import { KEEPALIVE } from "./cases/5_5_keepalive.ts";
import { SIGNS_OF_LIFE } from "./cases/5_5_signs_of_life.ts";
import { SESSION_TEARDOWN } from "./cases/5_6_session_teardown.ts";
import { CONNECTION_TEARDOWN } from "./cases/5_7_connection_teardown.ts";
import { NUMBERS } from "./cases/5_8_numbers.ts";
import { ORDER } from "./cases/5_8_order.ts";
import { BACK_OFF_INTERVALS } from "./cases/5_8_back_off.ts";
import { RETRANSMISSION } from "./cases/5_8_retransmission.ts";
import { SENT_AGAIN } from "./cases/5_8_sent_again.ts";
import { WHATEVER_COMES } from "./cases/5_8_whatever_comes.ts";
import { WINDOW } from "./cases/5_8_window.ts";
import { GRAMMAR } from "./cases/6_grammar.ts";
import { MESSAGES } from "./cases/6_messages.ts";
import { MALFORMED } from "./cases/7_1_malformed.ts";
import { MISPLACED } from "./cases/7_misplaced.ts";
import { ORDER_SENT } from "./cases/7_order.ts";
import { LOCAL_REQUESTS } from "./cases/7_local_requests.ts";
import { MISSING } from "./cases/7_1_missing.ts";
import { CONTROL_CONNECTIONS } from "./cases/7_2_control_connection.ts";
import { INCOMING_CALLS } from "./cases/7_4_incoming_calls.ts";
import { LAC_OUTGOING_CALLS } from "./cases/7_5_1_lac_outgoing_calls.ts";
import { LNS_OUTGOING_CALLS } from "./cases/7_5_2_lns_outgoing_calls.ts";
import { UDP } from "./cases/8_1_udp.ts";
import { UDP_OVER_IPV6 } from "./cases/8_1_ipv6.ts";
import { UNPREDICTABLE } from "./cases/9_1_unpredictable.ts";
import { SLOW_START } from "./cases/a_slow_start.ts";
import { REPORTED_FAULTS } from "./cases/reported_faults.ts";
import { CONVERSATION } from "./cases/conversation_script.ts";
import { l2tpTeller } from "./conversations/teller.ts";
import { OTHER_CHOICES_OF_CALLS } from "./cases/other_choices_of_calls.ts";
import { OTHER_CHOICES_OF_DELIVERY } from "./cases/other_choices_of_delivery.ts";
import { OTHER_CHOICES_OF_MESSAGES } from "./cases/other_choices_of_messages.ts";
import { recogniserOf } from "./facts/recogniser.ts";
import { L2TP_PARAMETERS } from "./parameters.ts";
import { L2TP_PEER_RULES } from "./peer_rules.ts";
import { L2TP_REQUIREMENTS } from "./requirements.ts";

/** Everything that RFC 2661 brings. */
export const L2TP: Suite<L2tpOverrides> = defineSuite<L2tpOverrides>({
  ...deferredPeers<L2tpOverrides>(
    L2TP_PEER_RULES,
    async () => (await import("./peers.ts")).L2TP_PEERS,
  ),
  title: "Layer Two Tunneling Protocol, version 2",
  shownIn: ["memory", "netns", "compose"],
  light: true,
  requirements: L2TP_REQUIREMENTS,
  classes: L2TP_CLASSES,
  parameters: L2TP_PARAMETERS,
  scenarios: [CONVERSATION.lns, CONVERSATION.lac],
  sections: [
    ...[CONTROL_HEADER, SENT_HEADERS, DATA_HEADER, AVP_FORMAT, UNKNOWN_AVPS, HIDDEN_VALUES],
    ...[
      HIDDEN_CONVERSATIONS,
      UNRECOVERABLE_VALUES,
      MESSAGE_TYPES,
      RESULT_CODES,
      INTRODUCTIONS,
      TIE_BREAKERS,
    ],
    ...[
      FRAMING,
      PROXY,
      AUTHENTICATION,
      IDENTIFIERS,
      DATA,
      KEEPALIVE,
      SIGNS_OF_LIFE,
      SESSION_TEARDOWN,
    ],
    ...[
      CONNECTION_TEARDOWN,
      NUMBERS,
      ORDER,
      RETRANSMISSION,
      BACK_OFF_INTERVALS,
      SENT_AGAIN,
      WINDOW,
      WHATEVER_COMES,
      SLOW_START,
      MESSAGES,
      GRAMMAR,
      ORDER_SENT,
    ],
    ...[
      MALFORMED,
      MISSING,
      MISPLACED,
      LOCAL_REQUESTS,
      CONTROL_CONNECTIONS,
      INCOMING_CALLS,
      LAC_OUTGOING_CALLS,
      LNS_OUTGOING_CALLS,
      UDP,
      UDP_OVER_IPV6,
    ],
    ...[
      UNPREDICTABLE,
      IDENTIFIER_BOUNDS,
      VALUES_SENT,
      FORWARDED,
      OTHER_PROTOCOLS,
      DATA_SENT,
      DATA_RECEIVED,
      REPORTED_FAULTS,
    ],
    ...[OTHER_CHOICES_OF_MESSAGES, OTHER_CHOICES_OF_DELIVERY, OTHER_CHOICES_OF_CALLS],
  ],
  recogniser: recogniserOf,
  conversations: l2tpTeller,
});
