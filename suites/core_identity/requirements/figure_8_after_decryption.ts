/** Figure 8: the receiver decrypts, then assigns. */
import { BOTH, type Rows } from "./classes.ts";

/** CID-069 to CID-077. */
export const AFTER_DECRYPTION = {
  "CID-069": {
    level: "MUST",
    classes: ["F8"],
    binds: ["sender"],
    source: "seed 000 [0078]",
    text:
      "The sender makes no use of the receiver's processor information and sends no core identity.",
  },
  "CID-070": {
    level: "MUST",
    classes: ["F8"],
    binds: ["sender"],
    source: "seed 000 steps 801-802; [0079]",
    text: "The sender chooses one or more tunnels for a datagram by the declared criterion.",
  },
  "CID-071": {
    level: "MUST",
    classes: ["F8"],
    binds: ["sender"],
    source: "seed 000 step 803; [0078]-[0079]; D0-16",
    text: "The datagram is encrypted before it leaves and is never readable on the wire.",
  },
  "CID-072": {
    level: "MUST",
    classes: ["F8"],
    binds: ["sender"],
    source: "seed 000 step 804; [0079]",
    text: "The aggregated tunnel header belongs to the aggregated tunnel that carries the packet.",
  },
  // [0080] says that no more than one packet is required where a payload fits one: how much a packet
  // holds is the sender's choice, as long as it is one choice.
  "CID-073": {
    level: "MUST",
    classes: ["F8"],
    binds: ["sender"],
    source: "seed 000 step 805; [0080]",
    text:
      "A payload that is no longer than what the sender puts into one encapsulation packet travels in one, a longer one in as many as needed.",
  },
  "CID-074": {
    level: "MUST",
    classes: ["F8"],
    binds: BOTH,
    source: "seed 000 steps 806-809; [0080]-[0081]",
    text:
      "The datagram that the receiver gets after decapsulation and decryption equals the one that was sent, also when its pieces arrive out of order.",
  },
  "CID-075": {
    level: "MUST",
    classes: ["F8"],
    binds: ["receiver"],
    source: "seed 000 step 810; [0081]",
    text: "All datagrams of one session are processed by one core, found after decryption.",
  },
  "CID-076": {
    level: "MUST",
    classes: ["F8"],
    binds: ["receiver"],
    source: "seed 000 step 810; [0081]",
    text:
      "A session identifier not met before marks the first datagram of a session, for which a core is selected by the declared policy.",
  },
  "CID-077": {
    level: "MUST",
    classes: ["F8"],
    binds: ["receiver"],
    source: "seed 000 [0082]-[0083]",
    text: "The selected core is stored with the session identifier and found again by it.",
  },
} as const satisfies Rows;
