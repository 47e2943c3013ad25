/** The ways of packets as a whole: once, unchanged, and nowhere else. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-088 and TCL-089. */
export const TUNNEL_PATHS = catalogue(
  {
    // That octets of L2TP stay as they are follows from what the source lets the NAT substitute.
    "TCL-088": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L115-L117, L133, L137; messages 108, 112 and 116",
      text:
        "Each packet of a tunnel that comes to the NAT leaves it once, in either direction, its octets of L2TP unchanged and its checksums right, and nothing else does.",
    },
    "TCL-089": {
      level: "MUST",
      binds: ["initiator", "endpoint"],
      source: "seed 004 L111-L137, L159",
      text:
        "What belongs to a tunnel goes to its other end alone: neither it nor a copy of it goes to the master.",
    },
  } satisfies Rows,
);
