/** RFC 2661 §5.5, §6.5: HELLO. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const KEEPALIVE = catalogue(
  {
    "L2TP-070": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.5, §6.5",
      text: "A HELLO is acknowledged, and its header has Session ID 0.",
    },
    // Sending HELLOs at all is a MAY of §6.5; the interval of 60 seconds is a recommended default.
    "L2TP-071": {
      level: "MAY",
      classes: ["keepalive"],
      binds: BOTH,
      source: "RFC 2661 §5.5, §6.5",
      text:
        "A HELLO is sent when for the configured time neither data nor a control message has come from the peer.",
    },
    "L2TP-072": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §6.5",
      text: "No HELLO is ever expected: a peer that acknowledges and sends none keeps its tunnel.",
    },
    // Only a StopCCN, or a peer that stays silent, ends a tunnel (§5.7, §5.8): a device that dies of what
    // comes to it, and comes back without its tunnels, has ended those of others.
    "L2TP-133": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.5, §5.7, §7.1",
      text:
        "A tunnel that nobody ends stands, and its HELLOs are acknowledged, whatever comes to the device for others.",
    },
    "L2TP-073": {
      level: "MUST",
      classes: ["keepalive"],
      binds: BOTH,
      source: "RFC 2661 §5.5, §5.8",
      text: "A HELLO that stays unacknowledged through its retransmissions ends the tunnel.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
