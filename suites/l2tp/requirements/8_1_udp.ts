/**
 * RFC 2661 §8.1: L2TP over UDP and IP.
 *
 * §8.1 lets the recipient of the first message choose its own source *port* and reply to the
 * initiator's address and port; then ports and addresses stay as they are. It neither grants nor
 * forbids a reply from another *address*: what initiators make of one is judged by the suite of
 * clusters (TCL-043), and is no conformance to RFC 2661.
 */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const TRANSPORT = catalogue(
  {
    "L2TP-030": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §8.1",
      text:
        "A message, of control or of data, that arrives in fragments is processed like any other.",
    },
    "L2TP-091": {
      level: "MUST",
      binds: ["lns"],
      source: "RFC 2661 §8.1",
      text:
        "The initiator's source port is arbitrary, and the reply goes to the address and port that the first message came from.",
    },
    "L2TP-092": {
      level: "MUST",
      binds: ["lac"],
      source: "RFC 2661 §8.1",
      text:
        "The responder may reply from a source port other than 1701, and the initiator uses that port from then on.",
    },
    // The RFC binds whoever would move; that a receiver ignores a message from elsewhere follows.
    "L2TP-093": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §8.1",
      text:
        "Once established the addresses and ports of a tunnel are static: a message from elsewhere moves no peer.",
    },
    // RFC 2661 speaks of IP, and knows that of its day.
    "L2TP-141": {
      level: "MUST",
      classes: ["ipv6_carrier"],
      binds: BOTH,
      source: "RFC 2661 §8.1; RFC 8200 §4.5, §8.1",
      text:
        "Over IPv6 tunnels and calls come up as over IPv4, from whole addresses and any port, with messages in fragments, and stay where they are.",
    },
    "L2TP-094": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §8.1",
      text: "UDP checksums are on by default, for control and data.",
    },
    "L2TP-095": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §8.1",
      text: "Control and data messages of a tunnel come from one address.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
