/** RFC 2661 §4.3: hidden AVP values. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const HIDING = catalogue(
  {
    "L2TP-031": {
      level: "MUST",
      classes: ["hiding"],
      binds: BOTH,
      source: "RFC 2661 §4.3",
      text:
        "An AVP is hidden only where a secret is shared, and a Random Vector stands before the first hidden AVP of its message.",
    },
    "L2TP-135": {
      level: "MUST",
      classes: ["hiding"],
      binds: BOTH,
      source: "RFC 2661 §4.3",
      text:
        "A value that is sent hidden is recovered with the secret, its Attribute Type and the Random Vector before it, in every block.",
    },
    "L2TP-032": {
      level: "MUST",
      classes: ["hiding"],
      binds: BOTH,
      source: "RFC 2661 §4.3",
      text:
        "A hidden value is recovered for every length and padding, and used as if it had come in clear.",
    },
    "L2TP-033": {
      level: "MUST",
      classes: ["hiding"],
      binds: BOTH,
      source: "RFC 2661 §4.3, §4.4.1",
      text:
        "With several Random Vectors in a message the nearest before a hidden AVP applies to it.",
    },
    // The RFC says nothing of values that do not decode; §7.1 covers them as malformed AVPs.
    "L2TP-034": {
      level: "SHOULD",
      classes: ["hiding"],
      binds: BOTH,
      source: "RFC 2661 §4.3, §7.1",
      text:
        "A hidden AVP that cannot be recovered is treated as its M bit says, and no octet beyond it is read.",
    },
    // §4.4 tells the sender which AVPs must not be hidden, and the receiver nothing: that it takes one for
    // malformed is for the device to declare.
    "L2TP-035": {
      level: "MAY",
      classes: ["strict_hiding"],
      binds: BOTH,
      source: "RFC 2661 §4.4, §7.1",
      text:
        "A hidden AVP that must not be hidden is taken for malformed: a mandatory one ends what it is about.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
