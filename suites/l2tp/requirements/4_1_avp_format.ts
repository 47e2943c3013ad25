/** RFC 2661 §4.1: what AVPs have in common, and whoever does not know one. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const AVP_FORMAT = catalogue(
  {
    "L2TP-016": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.1",
      text: "An unrecognized AVP that is not marked mandatory is ignored.",
    },
    // That session or tunnel ends is a MUST of §4.1; which code says why is L2TP-096.
    "L2TP-017": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.1",
      text: "An unrecognized mandatory AVP in a message of the whole tunnel ends the tunnel.",
    },
    "L2TP-018": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.1",
      text:
        "An unrecognized mandatory AVP in a message of one session ends that session, and no other.",
    },
    "L2TP-019": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.1",
      text:
        "An AVP of a vendor is not taken for the attribute of RFC 2661 that has the same number: it is unrecognized.",
    },
    "L2TP-020": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.1",
      text:
        "Reserved bits of an AVP are sent as zero, and an AVP that has one set is treated as unrecognized.",
    },
    // §7.1 has these as "should": it asks for recovery to a known state, and never for a certain answer.
    "L2TP-021": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §4.1, §7.1",
      text:
        "An AVP whose length is less than its header or reaches past the message is answered at once with an error or with nothing, and never with a stall.",
    },
    "L2TP-101": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.1",
      text:
        "The AVPs of a message that is sent have lengths of at least 6, and fill it up to its end.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
