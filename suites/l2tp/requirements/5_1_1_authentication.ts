/** RFC 2661 §5.1.1: the ends of a tunnel authenticate each other. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const AUTHENTICATION = catalogue(
  {
    // The answer to an SCCRQ is an SCCRP: in the RFC either end may open the tunnel. Our roles have the
    // LAC open it, as incoming calls do.
    "L2TP-036": {
      level: "MUST",
      classes: ["authentication"],
      binds: ["lns"],
      source: "RFC 2661 §5.1.1, §4.4.3",
      text:
        "A Challenge in the SCCRQ is answered in the SCCRP by the MD5 digest over 2, the secret and the challenge.",
    },
    "L2TP-037": {
      level: "MUST",
      classes: ["authentication"],
      binds: ["lac"],
      source: "RFC 2661 §5.1.1, §4.4.3",
      text:
        "A Challenge in the SCCRP is answered in the SCCCN by the MD5 digest over 3, the secret and the challenge.",
    },
    "L2TP-038": {
      level: "MUST",
      classes: ["authentication"],
      binds: BOTH,
      source: "RFC 2661 §5.1.1",
      text: "A tunnel whose challenge is answered wrongly, or not at all, is not established.",
    },
    "L2TP-039": {
      level: "MUST",
      classes: ["authentication"],
      binds: BOTH,
      source: "RFC 2661 §4.4.3",
      text: "Challenges of any length are answered correctly.",
    },
    "L2TP-040": {
      level: "MUST",
      classes: ["authentication"],
      binds: BOTH,
      source: "RFC 2661 §5.1.1",
      text: "One end may challenge the other without being challenged itself.",
    },
    // "Random" is all that §4.4.3 says of challenges, and §9.1 counts on it against replay; that a wrong
    // response is refused is L2TP-038.
    "L2TP-041": {
      level: "SHOULD",
      classes: ["authentication"],
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §9.1",
      text: "Challenges are random and do not repeat.",
    },
    "L2TP-112": {
      level: "MUST",
      classes: ["authentication"],
      binds: BOTH,
      source: "RFC 2661 §4.4.3",
      text: "An SCCRP or SCCCN that follows a Challenge carries a Challenge Response.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
