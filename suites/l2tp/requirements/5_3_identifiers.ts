/** RFC 2661 §5.3, §9.1: Tunnel IDs and Session IDs. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const IDENTIFIERS = catalogue(
  {
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
    "L2TP-142": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §3.1, §4.4.3, §4.4.4",
      text: "Whatever identifier the peer assigns is used, from 1 to 65535.",
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
  } satisfies Record<string, L2tpRequirement>,
);
