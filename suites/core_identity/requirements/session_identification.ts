/** Which datagrams form one session. */
import { BOTH, CLAIMED, type Rows } from "./classes.ts";

/** CID-001 to CID-007. */
export const SESSION_IDENTIFICATION = {
  "CID-001": {
    level: "MUST",
    binds: BOTH,
    source: "seed 000 claims 46-47, 55-56; [0041]; steps 103, 702",
    text:
      "All datagrams of one session, taken as equal addresses and ports, carry one and the same identity and are processed by one and the same core, whatever tunnel brings them.",
  },
  // The claims name the four values; [0041] leaves the key open to other classes. A device outside
  // the claims is held to the key that it declares, which is the 5-tuple by default (D0-01). Of FIG. 5
  // all sessions have the same identity ([0059]): nothing is selected for one.
  "CID-002": {
    level: "MUST",
    classes: ["F1", "F4", "F5v", "F7", "F8", "F9", "F9i", "F10"],
    binds: BOTH,
    source: "seed 000 claims 47, 56; [0041]",
    text:
      "Datagrams that differ in source address, destination address, source port or destination port, even in one of them alone, belong to different sessions, and each session gets a selection of its own.",
  },
  "CID-003": {
    level: "MAY",
    classes: ["session_key"],
    binds: BOTH,
    source: "seed 000 claim 47; [0041]; D0-01",
    text:
      "Whether the transport protocol separates sessions with equal addresses and ports follows the session key that the device declares.",
  },
  "CID-004": {
    level: "MAY",
    classes: ["key_criteria"],
    binds: BOTH,
    source: "seed 000 [0041]",
    text:
      "A further criterion, such as the DSCP or the user, separates sessions when and only when it is enabled.",
  },
  "CID-005": {
    level: "MAY",
    classes: ["key_identity"],
    binds: ["receiver"],
    source: "seed 000 [0041]",
    text:
      "When sessions are told apart by the identity itself, flows that carry the same identity are one session.",
  },
  // The source knows traffic without ports ([0037]) but gives no rule for it: the rule is ours.
  "CID-006": {
    level: "MAY",
    classes: ["portless_traffic"],
    binds: BOTH,
    source: "seed 000 [0037]-[0038]; claim 47; D0-02",
    text:
      "Traffic without ports is classified by the declared rule, and all fragments of one datagram reach one core.",
  },
  // The catalogue binds the receiver too, but [0029] only says that there may be many devices; whose
  // core is assigned is the first device's affair (claims 41b, 50b).
  "CID-007": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 [0029]; claims 41b, 50b",
    text:
      "A sender with several receivers keeps sessions and processor information for each of them apart, and takes an identity from the set of the very receiver that the packet goes to.",
  },
} as const satisfies Rows;
