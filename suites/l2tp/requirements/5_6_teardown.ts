/** RFC 2661 §5.6, §5.7: how sessions and tunnels end. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const TEARDOWN = catalogue(
  {
    // How long a full cycle is the RFC recommends: 31 seconds. A profile may declare another.
    "L2TP-069": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.7, §5.8",
      text:
        "A StopCCN is acknowledged, and again when it is repeated, for at least a full retransmission cycle after the tunnel's end.",
    },
    "L2TP-076": {
      level: "MUST",
      binds: ["lns"],
      source: "RFC 2661 §4.4.4, §5.3",
      text:
        "A CDN with Session ID 0 in its header ends the call that its Assigned Session ID names.",
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
    // An unknown result is malformed at worst, and §7.1 ends the session for that as well.
    "L2TP-081": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §6.4, §6.12",
      text: "A StopCCN or CDN takes effect whatever result code it carries, known or not.",
    },
    "L2TP-084": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.4, §6.12",
      text: "A CDN with a Q.931 Cause Code, which is mandatory, ends its session like any other.",
    },
    "L2TP-132": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.6, §5.7, §7.2.1, §7.4, §7.5",
      text:
        "Who ends a call by itself says so by a CDN for it, and who ends a tunnel by a StopCCN.",
    },
    "L2TP-120": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.7, §6.4, §7.2.1",
      text:
        "Behind a StopCCN neither its sender nor who acknowledges it sends any other message on the tunnel.",
    },
    "L2TP-121": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.6, §6.12, §7.4, §7.5",
      text:
        "Behind a CDN neither its sender nor who acknowledges it says anything more about that call.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
