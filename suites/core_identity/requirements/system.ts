/** What holds for the system as a whole. */
import { BOTH, CLAIMED, ENCAPSULATING, type Rows } from "./classes.ts";

/** CID-099 to CID-116. */
export const ALL_CLASSES = {
  // Dependent claims; [0053] allows encryption. So it binds those who declare `clear`.
  "CID-099": {
    level: "MUST",
    classes: ["clear"],
    binds: BOTH,
    source: "seed 000 claims 45, 54; [0053]",
    text: "The identity is readable on every packet without decryption.",
  },
  "CID-100": {
    level: "MUST",
    classes: CLAIMED,
    binds: BOTH,
    source: "seed 000 claims 41a-g, 50a-g",
    text:
      "Every datagram from a host behind the sender to one behind the receiver is given an identity, encapsulated with it, received, restored, and processed by the core that the identity names.",
  },
  // [0005] states less reordering as the effect aimed at; how much is nowhere said.
  "CID-101": {
    level: "SHOULD",
    binds: ["receiver"],
    source: "seed 000 [0004]-[0005]",
    text: "Datagrams of one session are reordered no more with core affinity than without.",
  },
  // [0030] says that a device may be both, not that it must. What binds is that a device which
  // plays both roles, and says so, keeps the rules of each, wherever it stands.
  "CID-102": {
    level: "MUST",
    classes: ["both_roles"],
    binds: BOTH,
    source: "seed 000 [0030], [0068]",
    text:
      "A device that plays both roles keeps the rules of sender and receiver alike, in both directions of one aggregated tunnel.",
  },
  // [0031] requires a plurality of WANs on one side only, and [0055] several of them for an aggregate;
  // it says that one or more of the tunnels, which correspond to the pairings, may be established.
  "CID-103": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: BOTH,
    source: "seed 000 [0031]",
    text:
      "An aggregated tunnel of several tunnels forms between a device with several WAN connections and one with a single WAN connection.",
  },
  // The catalogue said SHOULD. [0003] reports what such devices commonly can do.
  "CID-104": {
    level: "MAY",
    classes: ["wan_change"],
    binds: BOTH,
    source: "seed 000 [0003]; claim 46i",
    text:
      "When a WAN connection goes or comes during a transfer the session continues, with its identity and core unchanged.",
  },
  "CID-105": {
    level: "MAY",
    classes: ["carrier"],
    binds: BOTH,
    source: "seed 000 [0036]",
    text:
      "Tunnels use the declared carrier protocol, and a device that is told to opens more than one tunnel on one network interface.",
  },
  "CID-106": {
    level: "MAY",
    classes: ["ipv6"],
    binds: BOTH,
    source: "seed 000 [0037]",
    text: "IPv4 and IPv6 work as declared, inside the tunnel and outside it.",
  },
  // [0012] and [0099] only say that the methods suit any mix of processors; the number that step 701
  // exchanges is the total of the cores ([0068]).
  "CID-107": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["receiver"],
    source: "seed 000 [0068], [0012], [0099]",
    text:
      "With several processors the device announces the cores of all of them together, and each core has an identity of its own.",
  },
  "CID-108": {
    level: "MAY",
    classes: ["core_withdrawal"],
    binds: ["receiver"],
    source: "seed 000 [0070]; D0-11, not in the source",
    text:
      "When a core in use is withdrawn, its sessions go on as declared and no datagram is swallowed.",
  },
  // The steps speak of each datagram and of no other; that routers count hops is RFC 1812 §5.3.1.
  "CID-109": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: ["sender"],
    source:
      "seed 000 steps 502-504, 702-705, 803-805, 904-905; claims 41a-d; [0010], [0056], [0074], [0086]",
    text:
      "Each datagram that hosts send to the far side leaves the sender in encapsulation packets once and unchanged but for its hop count, and no other datagram does.",
  },
  "CID-110": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: ["receiver"],
    source:
      "seed 000 steps 107, 506-507, 707-708, 808-809, 908; claims 41e-g; [0046], [0058], [0076]",
    text:
      "Each datagram that arrives in encapsulation packets is forwarded to its host once and unchanged but for its hop count, and no other datagram is.",
  },
  // The source leaves the format open, and a device declares which one it speaks.
  "CID-111": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: BOTH,
    source: "seed 000 step 704, [0056], [0086], [0088]; D0-10",
    text:
      "An encapsulation packet has the fields of the declared format: reserved bits are clear, and its lengths, flags and sections agree with what it carries.",
  },
  "CID-112": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: ["sender"],
    source: "seed 000 [0074], [0080], [0089]; D0-09",
    text:
      "The pieces of a datagram share one number and one length, lie end to end, and no other datagram in pieces takes the number while it may be under way.",
  },
  "CID-113": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: BOTH,
    source: "seed 000 steps 501, 701; [0068]-[0070]; D0-08, D0-13",
    text:
      "A control message has the fields of the declared format, comes from the end that may send it, says what it answers, and announces as many cores as it lists.",
  },
  // The source names no cipher; that of D0-16 keeps no secret under a nonce that comes again.
  "CID-114": {
    level: "MUST",
    classes: ["datagram_encryption", "header_encryption"],
    binds: BOTH,
    source: "seed 000 [0084], [0086]-[0087]; D0-16; NIST SP 800-38D §8",
    text: "No two seals of one end are made with the same nonce.",
  },
  "CID-115": {
    level: "MUST",
    classes: ["datagram_encryption"],
    binds: BOTH,
    source: "seed 000 [0084], [0087]; D0-16",
    text:
      "Where datagrams are to be encrypted as a whole, nothing that the device sends into the tunnels shows their octets.",
  },
  // [0092] and [0093] leave the method open, and [0004] says why there are several cores.
  "CID-116": {
    level: "SHOULD",
    classes: ["F9"],
    binds: ["receiver"],
    source: "seed 000 [0004], [0092]-[0093]",
    text: "The sessions of many session-IDs are shared out among several cores.",
  },
} as const satisfies Rows;
