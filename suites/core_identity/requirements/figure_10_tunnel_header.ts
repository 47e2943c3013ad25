/** Figure 10: the session-ID in the aggregated tunnel header. */
import type { Rows } from "./classes.ts";

/** CID-094 to CID-098. */
export const TUNNEL_HEADER = {
  "CID-094": {
    level: "MUST",
    classes: ["F10"],
    binds: ["sender"],
    source: "seed 000 steps 1001-1002, 1004-1005; [0098]",
    text: "The session-ID stands inside the aggregated tunnel header, not with the datagram.",
  },
  "CID-095": {
    level: "MAY",
    classes: ["provisioned_session_id"],
    binds: ["sender"],
    source: "seed 000 step 1002; [0098]",
    text: "A sender with a table of session-IDs uses the one that the table gives.",
  },
  "CID-096": {
    level: "MAY",
    classes: ["combined_criteria"],
    binds: ["sender"],
    source: "seed 000 step 1003; [0098]",
    text: "The criterion that chooses the tunnels may include the one that tells sessions apart.",
  },
  "CID-097": {
    level: "MUST",
    classes: ["F10"],
    binds: ["sender"],
    source: "seed 000 steps 1006-1007; [0098]",
    text: "The datagram is encapsulated behind that header and sent to the receiver.",
  },
  "CID-098": {
    level: "MUST",
    classes: ["F10"],
    binds: ["receiver"],
    source: "seed 000 steps 1008-1011; [0098]",
    text:
      "The receiver decapsulates, reads the session-ID from the tunnel header, and assigns the core that belongs to it.",
  },
} as const satisfies Rows;
