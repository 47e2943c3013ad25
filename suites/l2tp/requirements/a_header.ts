/** Group A: the header of §3.1, and the identifiers in it. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH } from "./classes.ts";

/** L2TP-001 to L2TP-011. */
export const HEADER = catalogue({
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
  "L2TP-006": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §3.1, §4.4.3, §4.4.4",
    text:
      "The header of each message carries the Tunnel ID and the Session ID that its receiver assigned.",
  },
  "L2TP-007": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.3, §4.4.4, §5.3",
    text:
      "As long as the peer has assigned no identifier, the header field for it is zero, and the assigned-identifier AVP of the message names the tunnel or session.",
  },
  // §5.3 binds whoever assigns. What becomes of a zero that a peer assigns is §7.1's, in L2TP-023.
  "L2TP-008": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.3",
    text: "Zero is never assigned as a Tunnel ID or a Session ID.",
  },
  "L2TP-009": {
    level: "SHOULD",
    binds: BOTH,
    source: "RFC 2661 §9.1",
    text: "Tunnel IDs and Session IDs are assigned so that an outsider cannot predict them.",
  },
  "L2TP-010": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.3, §7.2",
    text:
      "A control message for a tunnel that does not exist makes no tunnel, and is not answered as if there were one.",
  },
  "L2TP-011": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.0, §5.3",
    text: "Data for an unknown tunnel or session is dropped and changes nothing.",
  },
});
