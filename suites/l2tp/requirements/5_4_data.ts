/** RFC 2661 §5.0, §5.4: data, and its sequence numbers. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const DATA = catalogue(
  {
    "L2TP-087": {
      level: "MUST",
      classes: ["sequencing"],
      binds: BOTH,
      source: "RFC 2661 §4.4.4, §5.4",
      text:
        "Once the ICCN or OCCN carried Sequencing Required, every data message of the session has sequence numbers.",
    },
    "L2TP-088": {
      level: "MUST",
      classes: ["sequencing"],
      binds: ["lac"],
      source: "RFC 2661 §5.4",
      text:
        "Where sequencing is not required the LAC begins and stops to send sequence numbers as the LNS does.",
    },
    "L2TP-090": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.0, §7.4",
      text: "No data is tunnelled before its session is established or after it has ended.",
    },
    "L2TP-113": {
      level: "MUST",
      classes: ["sequencing"],
      binds: BOTH,
      source: "RFC 2661 §3.1, §5.4",
      text:
        "The numbers of data messages begin at zero and grow by one with each that has a number, in their session.",
    },
    // Nothing in the RFC forbids to repeat what has no number: PPP takes it for another frame.
    "L2TP-114": {
      level: "SHOULD",
      binds: BOTH,
      source: "RFC 2661 §5.3, §8.1",
      text: "Each PPP frame is sent in one data message, and not in two.",
    },
    // §8.1 leaves fragments to IP; what fits a frame of Ethernet needs none.
    "L2TP-129": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.0, §8.1; RFC 1661 §6.1",
      text:
        "PPP frames are taken from data messages that fill a datagram of 1500 octets, whatever they hold.",
    },
    // §5.4 lets a receiver drop what is out of order, and says that nothing is sent again: what it waits
    // for in vain it must do without.
    "L2TP-130": {
      level: "SHOULD",
      classes: ["sequencing"],
      binds: BOTH,
      source: "RFC 2661 §5.4, Appendix C",
      text:
        "A receiver of numbered data goes on behind numbers that are missing or come again, and from 65535 to 0.",
    },
    "L2TP-136": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.3; RFC 1661 §6.5",
      text: "The Protocol field of a PPP frame has two octets until its compression was agreed.",
    },
    "L2TP-137": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.0; RFC 1661 §5",
      text:
        "A PPP frame is sent whole: a data message holds all that the packet in it says it has.",
    },
    // Who has no IPv4 does not ask by IPCP either, and is asked nothing here.
    "L2TP-138": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.0; RFC 1661 §3.5, §3.6, RFC 1332 §2",
      text:
        "A device that asks by IPCP, and is given what it asks for, comes to addresses with its peer.",
    },
    "L2TP-145": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.0; RFC 1661 §5.2",
      text: "A Configure-Ack has the identifier and the options of the request that it answers.",
    },
    "L2TP-146": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.0; RFC 1661 §5.8",
      text:
        "An Echo-Request is answered while LCP is open, whatever protocols the peer has asked for.",
    },
    "L2TP-147": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.0; RFC 1661 §5.7",
      text: "A packet of a protocol that is not known is rejected while LCP is open.",
    },
    "L2TP-139": {
      level: "MUST",
      classes: ["forwarding"],
      binds: BOTH,
      source: "RFC 2661 §1.0, §5.0",
      text:
        "IPv4 datagrams of every size that a link takes pass between a session and the network behind the device, each way.",
    },
    "L2TP-140": {
      level: "MUST",
      classes: ["field_compression"],
      binds: BOTH,
      source: "RFC 2661 §5.0; RFC 1661 §6.5, §6.6",
      text:
        "A device that asked by LCP for compressed fields takes frames with them and without them.",
    },
    "L2TP-115": {
      level: "MUST",
      classes: ["ppp"],
      binds: BOTH,
      source: "RFC 2661 §5.3; RFC 1661 §6.6",
      text:
        "LCP packets have the address and control octets FF 03, and so has every frame until their compression was agreed.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
