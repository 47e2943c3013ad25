/** Load sharing: which endpoint a request goes to. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-053 to TCL-060. */
export const LOAD_SHARING = catalogue(
  {
    "TCL-053": {
      level: "SHOULD",
      binds: ["master"],
      source: "seed 004 L102",
      text:
        "The master assigns a request to the endpoint with the lowest load that the reports show.",
    },
    "TCL-054": {
      level: "SHOULD",
      binds: ["endpoint"],
      source: "seed 004 L102; D4-09",
      text: "Every endpoint reports its load to the master, in each period that is declared.",
    },
    "TCL-055": {
      level: "SHOULD",
      binds: ["master"],
      source: "seed 004 L102",
      text: "The choice follows the latest report of each endpoint.",
    },
    "TCL-056": {
      level: "SHOULD",
      binds: ["master"],
      source: "not in the seed; D4-09",
      text: "A report that is older than the declared age counts no more.",
    },
    "TCL-057": {
      level: "SHOULD",
      binds: ["master"],
      source: "not in the seed; D4-09",
      text: "Among endpoints of equal load the choice follows the declared rule.",
    },
    "TCL-058": {
      level: "MAY",
      classes: ["round_robin"],
      binds: ["master"],
      source: "seed 004 L102",
      text: "By round-robin requests go to the endpoints in service one after the other.",
    },
    "TCL-059": {
      level: "MAY",
      classes: ["leaky_bucket"],
      binds: ["master"],
      source: "seed 004 L102; D4-10",
      text:
        "By leaky bucket no endpoint gets requests beyond the declared depth, nor faster than the declared drain.",
    },
    "TCL-060": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L108",
      text: "Where the third of three endpoints has the lowest load the request goes to the third.",
    },
  } satisfies Rows,
);
