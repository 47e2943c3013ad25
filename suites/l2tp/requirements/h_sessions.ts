/** Group H: calls, §5.2, §5.6, §6.6 to §6.14, §7.4 and §7.5. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH } from "./classes.ts";

/** L2TP-074 to L2TP-084. */
export const SESSIONS = catalogue({
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
  "L2TP-076": {
    level: "MUST",
    binds: ["lns"],
    source: "RFC 2661 §4.4.4, §5.3",
    text: "A CDN with Session ID 0 in its header ends the call that its Assigned Session ID names.",
  },
  // Here too the state table stands alone, besides the "should" of §7.1.
  "L2TP-077": {
    level: "SHOULD",
    binds: ["lns"],
    source: "RFC 2661 §7.4.2, §7.1",
    text: "An ICRP to an LNS, or a second ICCN on an established call, is answered with a CDN.",
  },
  "L2TP-078": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.6, §6.12",
    text:
      "A CDN ends its own session alone, is acknowledged, and is answered by no message of its own.",
  },
  "L2TP-079": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.7, §6.4",
    text: "A StopCCN ends all sessions of the tunnel without a CDN for any of them.",
  },
  "L2TP-080": {
    level: "MUST",
    classes: ["outgoing_calls"],
    binds: BOTH,
    source: "RFC 2661 §5.2.2, §6.9, §7.5",
    text:
      "OCRQ, OCRP and OCCN in this order establish an outgoing call, and none is asked of a LAC that told no Bearer Capabilities.",
  },
  // An unknown result is malformed at worst, and §7.1 ends the session for that as well.
  "L2TP-081": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §6.4, §6.12",
    text: "A StopCCN or CDN takes effect whatever result code it carries, known or not.",
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
  "L2TP-084": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.4, §6.12",
    text: "A CDN with a Q.931 Cause Code, which is mandatory, ends its session like any other.",
  },
});
