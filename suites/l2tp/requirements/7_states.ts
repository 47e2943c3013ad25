/** RFC 2661 §7: what each state expects, and what it refuses. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const STATES = catalogue(
  {
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
    // §7.1 counts a missing AVP among what makes a message malformed, and has the control connection
    // cleared for it. What ends something does so, malformed or not: that is a known state as well.
    "L2TP-127": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §7.1, §6.1-§6.12",
      text:
        "A message that lacks an AVP which must be present is not acted on, but for a CDN or StopCCN, which ends what it is about all the same.",
    },
    "L2TP-042": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.1, §7.2.1, Appendix B.1",
      text:
        "SCCRQ, SCCRP and SCCCN, with Ns 0, 0 and 1 and Nr 0, 1 and 1, establish a control connection, and the SCCCN is acknowledged.",
    },
    "L2TP-044": {
      level: "MUST",
      binds: ["lac"],
      source: "RFC 2661 §7.2.1",
      text:
        "An originator that gets an SCCRP of an earlier version which it does not support sends a StopCCN and ends the tunnel.",
    },
    // The state tables are all that says so, besides the "should" of §7.1 for messages out of sequence.
    "L2TP-045": {
      level: "SHOULD",
      binds: ["lns"],
      source: "RFC 2661 §7.2.1, §7.1",
      text:
        "An SCCRQ or SCCRP that comes on a tunnel while its SCCCN is awaited, or any of the three once it is established, is answered with a StopCCN, and the tunnel is cleaned up.",
    },
    "L2TP-046": {
      level: "SHOULD",
      binds: ["lac"],
      source: "RFC 2661 §7.2.1, §7.1",
      text: "An originator that gets an SCCCN in place of the SCCRP sends a StopCCN and cleans up.",
    },
    // The state tables stand alone here too.
    "L2TP-124": {
      level: "SHOULD",
      binds: ["lac"],
      source: "RFC 2661 §7.2.1, §7.1",
      text:
        "An SCCRQ, SCCRP or SCCCN that comes on an established tunnel is answered with a StopCCN, and the tunnel is cleaned up.",
    },
    "L2TP-125": {
      level: "SHOULD",
      binds: ["lac"],
      source: "RFC 2661 §7.4.1, §7.1",
      text:
        "An ICRQ, ICRP or ICCN for a call that is established, or an ICRQ for one whose ICRP is awaited, ends the call with a CDN.",
    },
    "L2TP-126": {
      level: "SHOULD",
      classes: ["outgoing_calls"],
      binds: BOTH,
      source: "RFC 2661 §7.5.1, §7.5.2, §7.1",
      text:
        "An OCRQ, OCRP or OCCN that has no place in the state of an outgoing call ends the call with a CDN.",
    },
    "L2TP-048": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.0, §5.3",
      text:
        "Several tunnels between the same two addresses and ports stand side by side, each with sessions of its own.",
    },
    "L2TP-074": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.2.1, §7.4",
      text:
        "ICRQ, ICRP and ICCN in this order establish an incoming call within an established tunnel, and the ICCN is acknowledged.",
    },
    "L2TP-075": {
      level: "MUST",
      binds: ["lns"],
      source: "RFC 2661 §7.4.2, §6.12",
      text:
        "A refused ICRQ is answered with a CDN that carries a Result Code and an Assigned Session ID.",
    },
    // Here too the state table stands alone, besides the "should" of §7.1.
    "L2TP-077": {
      level: "SHOULD",
      binds: ["lns"],
      source: "RFC 2661 §7.4.2, §7.1",
      text:
        "An ICRP to an LNS, a second ICCN, or a second ICRQ for a call that it has, is answered with a CDN.",
    },
    "L2TP-080": {
      level: "MUST",
      classes: ["outgoing_calls"],
      binds: BOTH,
      source: "RFC 2661 §5.2.2, §6.9, §7.5",
      text:
        "OCRQ, OCRP and OCCN in this order establish an outgoing call, and none is asked of a LAC that told no Bearer Capabilities.",
    },
    "L2TP-116": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.1, §7.2.1",
      text:
        "SCCRQ, SCCRP and SCCCN stand at the beginning of a control connection, each once and in this order, and nothing else but a StopCCN is sent before it is established.",
    },
    "L2TP-118": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.2, §7.4, §7.5",
      text:
        "The messages of a call are sent in its order, each once: request, reply, connected; WEN and SLI while it is established.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
