/** Figure 4: the sender uses a reported identity; and how an identity may look. */
import { BOTH, IDENTITY_BEARING, type Rows } from "./classes.ts";

/** CID-023 to CID-032. */
export const SENDER_USES_REPORT = {
  "CID-023": {
    level: "MUST",
    classes: ["F4"],
    binds: ["sender"],
    source: "seed 000 step 401; [0049]",
    text:
      "The sender keeps the identity reported for each flow apart from that of every other flow.",
  },
  "CID-024": {
    level: "MAY",
    classes: ["early_report"],
    binds: ["sender"],
    source: "seed 000 step 401; [0049]",
    text: "An identity received before the first datagram of a flow is used from that datagram on.",
  },
  "CID-025": {
    level: "MAY",
    classes: ["late_report"],
    binds: ["sender"],
    source: "seed 000 step 401; [0049]",
    text:
      "An identity received after the first few datagrams is used from then on; the earlier datagrams are neither held back for it nor sent again.",
  },
  "CID-026": {
    level: "MUST",
    classes: ["F4"],
    binds: ["sender"],
    source: "seed 000 steps 402-403; [0050]-[0051]",
    text: "Each datagram leaves with the identity of its own flow.",
  },
  "CID-027": {
    level: "MUST",
    classes: ["F4"],
    binds: ["sender"],
    source: "seed 000 step 404; [0052]",
    text: "Each datagram is sent once, through one of the configured access networks.",
  },
  "CID-028": {
    level: "SHOULD",
    classes: IDENTITY_BEARING,
    binds: ["sender"],
    source: "seed 000 [0053]",
    text:
      "Unless told otherwise, the sender writes the identity unencrypted into a header, where it can be read without a key.",
  },
  "CID-029": {
    level: "MAY",
    classes: ["encrypted_identity"],
    binds: BOTH,
    source: "seed 000 [0053]",
    text:
      "An encrypted identity is decrypted by the receiver before a core is assigned, and leads to the right core.",
  },
  "CID-030": {
    level: "MAY",
    classes: ["payload_identity"],
    binds: BOTH,
    source: "seed 000 [0053]",
    text:
      "An identity carried in the payload stands at the declared place and is removed before the datagram is forwarded.",
  },
  "CID-031": {
    level: "MAY",
    classes: ["identity_types"],
    binds: BOTH,
    source: "seed 000 [0039], [0075]",
    text:
      "An identity of any declared type, be it string, number, hash or code, arrives unchanged and names the right core.",
  },
  "CID-032": {
    level: "MAY",
    classes: ["preshared_identity"],
    binds: ["sender"],
    source: "seed 000 [0048], [0061]",
    text:
      "A sender provisioned by an administrator, a management node or a data store uses identities of the provisioned set only.",
  },
} as const satisfies Rows;
