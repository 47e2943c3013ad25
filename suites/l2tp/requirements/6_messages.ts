/** RFC 2661 §6: the messages, and what each carries. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const MESSAGES = catalogue(
  {
    // Present-or-not is a MUST for the sender (§6.1 to §6.14); what a receiver does about a missing AVP
    // is the "should" of §7.1.
    "L2TP-024": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §6.1-§6.14",
      text: "Each message carries every AVP that its section says must be present.",
    },
    // WEN goes from the LAC to the LNS, SLI the other way (§6.13, §6.14).
    "L2TP-082": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §6.13, §6.14",
      text: "An LNS acknowledges a WEN and a LAC an SLI, and the session goes on.",
    },
    "L2TP-083": {
      level: "MUST",
      classes: ["proxy"],
      binds: ["lns"],
      source: "RFC 2661 §4.4.5, §9.5",
      text:
        "Proxy LCP and authentication are taken over or begun anew, and taking them over can be switched off.",
    },
    // §4.4 lists with each AVP the messages that use it, and §6 with each message what must and what may be
    // there. AVPs of vendors, and attributes defined since, may stand anywhere.
    "L2TP-102": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4, §6.1-§6.14",
      text: "No message carries an AVP of RFC 2661 that only other messages use.",
    },
    // Of the Random Vector alone does the RFC say that a message may have more than one.
    "L2TP-103": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.1, §6.1-§6.14",
      text: "No message carries an AVP of RFC 2661 twice, but for Random Vectors.",
    },
    "L2TP-119": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §6.6-§6.14",
      text:
        "ICRQ, ICCN, OCRP, OCCN and WEN are sent by the LAC of a call, and ICRP, OCRQ and SLI by its LNS.",
    },
    "L2TP-122": {
      level: "SHOULD",
      classes: ["wan_errors"],
      binds: ["lac"],
      source: "RFC 2661 §6.13",
      text: "A LAC sends no more than one WEN of a call in 60 seconds.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
