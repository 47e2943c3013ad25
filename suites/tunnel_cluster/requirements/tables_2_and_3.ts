/**
 * What the initiator remembers: Tables 2 and 3.
 *
 * The source calls it a standard part of L2TP to take the far address from the SCCRP's source.
 * RFC 2661 §8.1 speaks of the responder's source port and of no other address, so following one is
 * asked here by the source, and by nothing in the RFC.
 */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-042 to TCL-045. */
export const INITIATOR_TABLES = catalogue(
  {
    "TCL-042": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["initiator"],
      source: "seed 004 L124; Table 2",
      text:
        "The initiator's row has the client, its own Tunnel ID, the SCCRP's source address and port, and the Tunnel ID of the endpoint.",
    },
    "TCL-043": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L124, L149",
      text:
        "An SCCRP from an address other than the one that the SCCRQ went to is accepted, and the tunnel goes on with that address.",
    },
    "TCL-044": {
      level: "MUST",
      classes: ["global"],
      binds: ["initiator"],
      source: "seed 004 L149; Table 3",
      text:
        "The initiator's row has its own Tunnel ID, the global address of the endpoint, and the Tunnel ID of the endpoint.",
    },
    "TCL-045": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 Table 2, column 1",
      text:
        "Two clients of one initiator have rows of their own, each with the right tunnel and session.",
    },
  } satisfies Rows,
);
