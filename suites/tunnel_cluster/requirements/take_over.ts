/** Take-over: the master fails. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-075 to TCL-079. */
export const TAKE_OVER = catalogue(
  {
    "TCL-075": {
      level: "SHOULD",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L161; D4-13",
      text:
        "When the master fails an endpoint takes over the master address within the declared time.",
    },
    "TCL-076": {
      level: "SHOULD",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L161",
      text: "Tunnels that exist live through the failure of the master.",
    },
    "TCL-077": {
      level: "MUST",
      classes: ["global"],
      binds: ["master", "endpoint"],
      source: "not in the seed; D4-13",
      text:
        "No request is ever forwarded by two masters: one that comes back finds its successor and yields.",
    },
    "TCL-078": {
      level: "SHOULD",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L102, L161",
      text: "A new master selects by load again, itself among the others.",
    },
    "TCL-079": {
      level: "MAY",
      classes: ["nat_failover"],
      binds: ["endpoint"],
      source: "seed 004 L161",
      text: "What becomes of a cluster behind a NAT when its master fails follows the declaration.",
    },
  } satisfies Rows,
);
