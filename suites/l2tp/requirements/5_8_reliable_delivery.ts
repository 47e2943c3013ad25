/** RFC 2661 §5.8, Appendix A: reliable delivery of control messages. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const RELIABLE_DELIVERY = catalogue(
  {
    "L2TP-053": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "Ns begins at zero and grows by one with every message except the zero-length body, which carries the next Ns without using it up.",
    },
    "L2TP-054": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "Nr is one more than the Ns of the last message received in order, whatever Ns a zero-length body carries.",
    },
    "L2TP-055": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text: "A duplicate is acknowledged again and not processed again.",
    },
    "L2TP-056": {
      level: "MUST",
      binds: ["lns"],
      source: "RFC 2661 §5.8, Appendix B.2",
      text: "A reply that was lost is sent again with the same Ns.",
    },
    "L2TP-057": {
      level: "MUST",
      binds: ["lns"],
      source: "RFC 2661 §5.8, §5.3",
      text:
        "A repeated SCCRQ, which has Tunnel ID 0 in its header, is known for a duplicate: the reply assigns the same Tunnel ID, and there is no second tunnel.",
    },
    "L2TP-058": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "Messages are processed in the order of their Ns: one that comes early is kept or dropped, and the outcome is the same.",
    },
    "L2TP-059": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text: "A message that is sent again keeps its Ns and carries the Nr of the moment.",
    },
    "L2TP-060": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "The interval between retransmissions grows exponentially; where it has a limit, that is no less than 8 seconds.",
    },
    "L2TP-061": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "After several retransmissions without an answer the tunnel and all its sessions are cleared.",
    },
    "L2TP-062": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text: "Sequence numbers wrap from 65535 to 0 and are compared modulo 65536.",
    },
    // The RFC says nothing of an Nr ahead of everything sent, and read literally such a number does
    // acknowledge all there is: that it harms nothing is all that can be asked.
    "L2TP-063": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §5.8; robustness",
      text: "An Nr beyond anything sent harms neither the tunnel nor what comes after it.",
    },
    "L2TP-064": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §5.8",
      text: "No more messages are outstanding than the peer's receive window allows.",
    },
    "L2TP-065": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "A window of up to 4 is accepted from the peer: so many messages can be sent unacknowledged.",
    },
    "L2TP-066": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §5.8, Appendix A",
      text: "After a loss the congestion window begins at one message again.",
    },
    "L2TP-067": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text:
        "Acknowledgement is never withheld to hold the peer back: what cannot be served is refused instead.",
    },
    // No sentence forbids it: it follows, as a zero-length body takes no number, and answering would not end.
    "L2TP-068": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text: "A zero-length body is not acknowledged.",
    },
    "L2TP-131": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text: "Every message with a body that is not acknowledged is sent again, whatever it says.",
    },
    "L2TP-134": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8, §6",
      text:
        "A message that is as it should be, and the next in order on a tunnel that stands, is acknowledged, whatever it says.",
    },
    "L2TP-117": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.8",
      text: "What is sent again under the same Ns is the same message.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
