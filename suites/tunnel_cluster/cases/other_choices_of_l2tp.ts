/** What RFC 2661 leaves open to the initiators and the endpoints of a cluster. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { Section } from "../../kit/suite.ts";
import {
  built,
  HIGH_IDENTIFIERS,
  makesCalls,
  REVERSED_ORDER,
  sendsData,
  speaksPpp,
} from "../../l2tp/cases/variants.ts";
import { variant } from "./variants.ts";

/** Choices of RFC 2661 that a LAC as initiator and an LNS at an endpoint have alike. */
const OF_BOTH: readonly [name: string, title: string, source: string, TunnelClusterOverrides][] = [
  [
    "reversed_order",
    "Sends its AVPs in the opposite order",
    "RFC 2661 §4.4",
    REVERSED_ORDER,
  ],
  [
    "window_of_one",
    "Takes one message at a time",
    "RFC 2661 §5.8",
    built({ receiveWindow: 1 }),
  ],
  [
    "acknowledges_later",
    "Lets an acknowledgement wait 100 ms for a message to ride on",
    "RFC 2661 §5.8",
    { l2tp: { acknowledgesAfter: 100 } },
  ],
  [
    "other_data_headers",
    "Sends data without a Length, with an Offset Size of 7, in priority",
    "RFC 2661 §3.1",
    sendsData({ length: false, offset: 7, priority: "all" }),
  ],
  [
    "quick_to_retransmit",
    "Sends again after 0.3 s for the first time",
    "RFC 2661 §5.8",
    { l2tp: { interval: (retries) => Math.min(300 * 2 ** retries, 8000) } },
  ],
  [
    "frequent_hello",
    "Sends a HELLO after 700 ms of silence",
    "RFC 2661 §6.5",
    { l2tp: { helloAfter: () => 700 } },
  ],
  [
    "compresses_headers",
    "Asks for shorter protocols, and to leave out address and control",
    "RFC 1661 §6.5, §6.6",
    speaksPpp({ pfc: true, acfc: true }),
  ],
];

const ACKNOWLEDGES_FIRST: TunnelClusterOverrides = { l2tp: { acknowledgesFirst: true } };

/** Legal choices of L2TP. */
export const OTHER_CHOICES_OF_L2TP: Section<TunnelClusterOverrides> = {
  title: "Legal choices of initiators and endpoints in L2TP",
  checks: [],
  legalVariants: [
    ...(["initiator", "endpoint"] as const).flatMap((role) =>
      OF_BOTH.map(([name, title, source, rules]) => variant(role, name, title, source, rules))
    ),
    variant(
      "initiator",
      "acknowledges_first",
      "Acknowledges by itself whatever arrives, before it answers",
      "RFC 2661 §5.8",
      ACKNOWLEDGES_FIRST,
    ),
    variant(
      "endpoint",
      "acknowledges_first",
      "Acknowledges by itself whatever arrives, before it answers",
      "RFC 2661 §5.8",
      ACKNOWLEDGES_FIRST,
      { lacks: ["piggyback"] },
    ),
    variant(
      "initiator",
      "ends_with_last_session",
      "Tears a tunnel down once its last session is cleared",
      "RFC 2661 §5.6",
      { l2tp: { endsWithLastSession: true } },
    ),
    variant(
      "initiator",
      "demands_sequencing",
      "Demands numbered data in every call",
      "RFC 2661 §5.4",
      makesCalls({ sequencingRequired: true }),
    ),
    variant(
      "endpoint",
      "numbers_data",
      "Numbers all data from the beginning",
      "RFC 2661 §5.4",
      sendsData({ sequence: true }),
    ),
    variant(
      "endpoint",
      "fifteen_retransmissions",
      "Gives an initiator up after fifteen retransmissions",
      "RFC 2661 §5.8",
      { l2tp: { givesUp: (retries) => retries >= 15 } },
    ),
    variant(
      "endpoint",
      "high_tunnel_ids",
      "Assigns identifiers above 32767 alone",
      "RFC 2661 §4.4.3",
      HIGH_IDENTIFIERS,
    ),
  ],
};
