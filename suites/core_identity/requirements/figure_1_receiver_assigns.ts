/** Figure 1: the receiver assigns a core and reports its identity. */
import type { Rows } from "./classes.ts";

/** CID-008 to CID-022. */
export const RECEIVER_ASSIGNS = {
  "CID-008": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 102; [0040]",
    text: "The receiver accepts datagrams of a session from every access network that it is on.",
  },
  "CID-009": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 103; [0040]",
    text:
      "The receiver tells the first datagram of a new session from a datagram of a session that it already knows.",
  },
  "CID-010": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 104; [0042]",
    text:
      "For a new session the receiver binds exactly one core and makes an identity that leads back to that core.",
  },
  "CID-011": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 105; [0043]; D0-03",
    text: "The receiver reports to the sender the identity of the core bound to the session.",
  },
  "CID-012": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 [0039]",
    text:
      "A datagram without identity is processed all the same, and the receiver informs the sender of the identity to use for that flow.",
  },
  "CID-013": {
    level: "SHOULD",
    classes: ["F4"],
    binds: ["sender"],
    source: "seed 000 [0044]; D0-04",
    text:
      "Once the report for a session has been processed, every further datagram of it leaves with the reported identity; only the first or first few may lack it.",
  },
  "CID-014": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 106; [0045]",
    text:
      "Later datagrams of a session that carry no identity are processed by the core assigned to the session before.",
  },
  "CID-015": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 106; [0045]",
    text:
      "A datagram that carries a valid identity is processed by the core of that identity, also where the session was bound to another core.",
  },
  "CID-016": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 step 107; [0046]",
    text: "The processed datagram reaches its destination behind the receiver unchanged.",
  },
  "CID-017": {
    level: "MAY",
    classes: ["deferred_assignment"],
    binds: ["receiver"],
    source: "seed 000 [0043]; D0-12",
    text:
      "A receiver that assigns a core only after one or more datagrams of a session keeps that core from then on.",
  },
  "CID-018": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 [0042]",
    text:
      "Unless assignment is deferred, the first datagram of a session is processed by the same core as all that follow.",
  },
  // [0044] says that nothing confines a session to one path; that the core stays the same is the
  // abstract's sentence and what claims 46 and 48 give together.
  "CID-019": {
    level: "MUST",
    binds: ["receiver"],
    source: "seed 000 [0044]; claims 46, 48; abstract",
    text:
      "One session stays on one core although its datagrams come by several paths and through several interfaces.",
  },
  // The catalogue said SHOULD. [0012] describes one embodiment, and [0081] and [0093] say that the
  // selection may follow the load: this is a policy that a device may declare.
  "CID-020": {
    level: "MAY",
    classes: ["least_load_policy"],
    binds: ["receiver"],
    source: "seed 000 [0012], [0081], [0093]; D0-05",
    text:
      "Under the least-load policy a new session is bound to a core with less load than the others.",
  },
  "CID-021": {
    level: "MAY",
    classes: ["receiver_only"],
    binds: ["receiver"],
    source: "seed 000 [0006]",
    text:
      "With a sender that knows nothing of cores, the receiver keeps each session on one core by itself and asks the sender for nothing.",
  },
  // What to do with garbage stands nowhere in the source: this row is the project's own (D0-06).
  "CID-022": {
    level: "MUST",
    classes: ["F1"],
    binds: ["receiver"],
    source: "seed 000 [0039]; D0-06, not in the source",
    text:
      "A datagram whose identity is unknown or malformed does no harm: it is handled as one without identity and is not delivered to a wrong place.",
  },
} as const satisfies Rows;
