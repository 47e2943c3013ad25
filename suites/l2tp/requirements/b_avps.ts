/** Group B: attribute value pairs, §4.1, §4.2, §4.4 and §7.1. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH } from "./classes.ts";

/** L2TP-012 to L2TP-030. */
export const AVPS = catalogue({
  // Whoever gets a message that begins otherwise is only advised (§7.1): that is in L2TP-023.
  "L2TP-012": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.1",
    text: "The Message Type AVP is the first of every control message that has a body.",
  },
  "L2TP-013": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.1",
    text:
      "The Message Type AVP has its M bit set, is never hidden, and has a length of 8, for every message type of RFC 2661.",
  },
  "L2TP-014": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.1",
    text: "A message of an unknown type that is marked mandatory clears the tunnel.",
  },
  "L2TP-015": {
    level: "MAY",
    classes: ["unknown_messages"],
    binds: BOTH,
    source: "RFC 2661 §4.4.1, §5.8",
    text:
      "A message of an unknown type that is not marked mandatory is acknowledged and passed over.",
  },
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
  "L2TP-022": {
    level: "SHOULD",
    binds: BOTH,
    source: "RFC 2661 §7.1",
    text: "A malformed AVP that is not mandatory is ignored and its message accepted.",
  },
  "L2TP-023": {
    level: "SHOULD",
    binds: BOTH,
    source: "RFC 2661 §7.1, §4.4.2",
    text:
      "A malformed message, with a mandatory AVP of a wrong length or an invalid value or without its Message Type in front, is not acted on, and what ends for it ends with a general error.",
  },
  // Present-or-not is a MUST for the sender (§6.1 to §6.14); what a receiver does about a missing AVP
  // is the "should" of §7.1.
  "L2TP-024": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §6.1-§6.14",
    text: "Each message carries every AVP that its section says must be present.",
  },
  "L2TP-025": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.1, §6",
    text: "After the Message Type the order of the AVPs means nothing, and any is accepted.",
  },
  "L2TP-026": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4",
    text: "Each AVP that is sent has the M bit, and the H bit, that its definition prescribes.",
  },
  "L2TP-027": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.3",
    text:
      "A Host Name has at least one octet, and one of any length up to 1017 octets is accepted.",
  },
  "L2TP-028": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §6.0, §4.4.5, §4.4.6",
    text:
      "Reserved fields within AVPs are sent as zero, those of Proxy Authen ID, Call Errors and ACCM among them.",
  },
  "L2TP-029": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.2",
    text:
      "A Result Code is understood with and without an error code, and with and without a message: lengths 8, 10 and more than 10.",
  },
  "L2TP-030": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §8.1",
    text: "A control message that arrives in fragments is processed like any other.",
  },
});
