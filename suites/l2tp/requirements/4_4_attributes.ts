/** RFC 2661 §4.4: Message Type, Result Code and the attributes of tunnels and calls. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const ATTRIBUTES = catalogue(
  {
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
      text:
        "Each AVP that is sent has the M bit where its definition sets it, and the H bit only where its definition allows it.",
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
    // The RFC demands the end of session or tunnel (§4.1) and defines a code for its reason; that this
    // code must be used it does not say.
    "L2TP-096": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §4.4.2",
      text:
        "What ends because of an unknown mandatory AVP ends with result 2 and error 8, the code for just that.",
    },
    "L2TP-104": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4",
      text: "Each AVP that is sent has the length that its definition gives, before hiding.",
    },
    // What was registered with IANA since is as good as what the RFC defines.
    "L2TP-105": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.2",
      text:
        "The Result Code of a StopCCN or a CDN, and the Error Code behind it, are ones that are defined for it.",
    },
    "L2TP-106": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §4.4.5, §5.8",
      text:
        "A number in an AVP is one that its definition allows: a window of at least 1, a Proxy Authen Type that is defined.",
    },
    "L2TP-107": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.2, §4.4.3, §4.4.4",
      text:
        "Error Messages and readable Vendor Names are in UTF-8; telephone numbers and Advisory Messages are in ASCII.",
    },
    "L2TP-108": {
      level: "MUST",
      classes: ["proxy"],
      binds: ["lac"],
      source: "RFC 2661 §4.4.5",
      text:
        "Beside a Proxy Authen Type stand the AVPs that its type needs, and none of these stands without it.",
    },
    "L2TP-143": {
      level: "MUST",
      classes: ["proxy"],
      binds: ["lac"],
      source: "RFC 2661 §4.4.5",
      text:
        "LCP requests are told by their options, from the first on, and what is told of authentication fits the last that was sent.",
    },
    "L2TP-109": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §4.4.2",
      text: "Errors 6 and 8 come with an Error Message that says more.",
    },
    "L2TP-110": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §4.4.4",
      text: "Call Serial Numbers grow from call to call.",
    },
    "L2TP-111": {
      level: "MUST",
      classes: ["outgoing_calls"],
      binds: ["lns"],
      source: "RFC 2661 §4.4.4",
      text:
        "The Bearer Type of an OCRQ has no bit that the LAC did not set in its Bearer Capabilities.",
    },
    // The RFC has a MUST for every M bit. One that is set without need asks nothing of a peer that knows
    // the attributes of RFC 2661, and is often met with: it is told, and turns no verdict.
    "L2TP-123": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §4.4",
      text: "An AVP whose definition leaves the M bit clear is sent with the M bit clear.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
