/** The call session: calls and data. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-046 to TCL-052. */
export const CALLS = catalogue(
  {
    "TCL-046": {
      level: "MUST",
      binds: ["initiator", "endpoint"],
      source: "seed 004 L135",
      text:
        "A call is set up within the tunnel, by ICRQ, ICRP and ICCN, on the way that the tunnel took.",
    },
    "TCL-047": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L137; D4-08",
      text:
        "Data from the endpoint loses its L2TP header and reaches the client that the row names.",
    },
    "TCL-048": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L137; D4-08",
      text: "A client's data travels in L2TP to the far address and far port of the row.",
    },
    "TCL-049": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L137",
      text:
        "Data from an initiator reaches the endpoint that Table 1 names for it, packet after packet.",
    },
    "TCL-050": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L137",
      text: "The endpoint strips L2TP and handles the rest as if it came from a local PPP link.",
    },
    "TCL-051": {
      level: "MUST",
      binds: ["initiator", "endpoint", "nat"],
      source: "seed 004 L31; RFC 2661 §8.1",
      text: "The addresses and ports of a tunnel stay the same as long as it lives.",
    },
    "TCL-052": {
      level: "MUST",
      binds: ["initiator", "endpoint"],
      source: "seed 004 L33",
      text: "No packet of one client is delivered to another.",
    },
  } satisfies Rows,
);
