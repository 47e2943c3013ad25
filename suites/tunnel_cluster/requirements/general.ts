/** What the cluster is for, and what it withstands. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-080 to TCL-082. */
export const GENERAL = catalogue(
  {
    "TCL-080": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L37-L39",
      text: "When an endpoint fails new tunnels are served by the others.",
    },
    "TCL-081": {
      level: "MAY",
      classes: ["other_links"],
      binds: ["initiator", "master", "endpoint", "nat"],
      source: "seed 004 L163",
      text: "Other communication links than L2TP are clustered alike.",
    },
    "TCL-082": {
      level: "MUST",
      binds: ["initiator", "master", "endpoint", "nat"],
      source: "robustness; RFC 2661 §3.1, §4.1, §7.1",
      text:
        "Malformed packets, other versions and fragments stop nobody: what RFC 2661 says is done, and the fragments of a request stay together.",
    },
  } satisfies Rows,
);
