/** RFC 2661 §3.1: the header of control and data messages. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const HEADER = catalogue(
  {
    "L2TP-001": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text:
        "A control message begins with T, L and S set, O and P clear, the reserved bits clear and version 2: its first two octets are C8 02.",
    },
    "L2TP-002": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text: "Reserved bits of a received header are ignored.",
    },
    // §3.1 says that unknown versions are discarded; that L2F is discarded silently says §8.1.
    "L2TP-003": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1, §8.1",
      text:
        "A packet whose version is not 2 is discarded, and one of version 1, which is L2F, is discarded without any answer.",
    },
    // §3.1 binds the sender of the bits; that a malformed header is discarded stands in §7.1 as a
    // "should", so this is weaker than the research table had it.
    "L2TP-004": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §3.1, §7.1",
      text:
        "A control message whose header lacks the length or the sequence numbers, or has an offset, is discarded, and the tunnel lives on.",
    },
    "L2TP-005": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §3.1, §7.1",
      text:
        "A control message whose Length is less than its header or more than its datagram is discarded.",
    },
    "L2TP-144": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text: "What stands behind the Length of a received control message is no part of it.",
    },
    "L2TP-085": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text:
        "A data message is understood with any combination of length, sequence numbers, offset and priority in its header.",
    },
    "L2TP-086": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text:
        "The payload begins as many octets behind the header as the Offset Size tells; one that points past the packet is dropped.",
    },
    "L2TP-089": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text: "The Nr of a data message is ignored.",
    },
    "L2TP-128": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text:
        "Every message that is sent has version 2 in its header, and all the fields that the bits of the header announce.",
    },
    "L2TP-098": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text:
        "The Length of a message, and the Offset Size of a data message, point to octets that its datagram holds, and cut nothing of the message off.",
    },
    "L2TP-099": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1",
      text: "The reserved bits in the header of data messages are sent as zero.",
    },
    // No sentence forbids octets behind the message, which a receiver that goes by Length never sees.
    "L2TP-100": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §3.1, §8.1",
      text: "A message ends where its datagram ends: its Length counts all octets that are sent.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
