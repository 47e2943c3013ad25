/** Start-Control-Connection-Reply of the endpoint: message 106. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-017 to TCL-023. */
export const REPLY = catalogue(
  {
    "TCL-017": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L45, L111-L112",
      text: "The SCCRP goes to the address and port that the request came from.",
    },
    "TCL-018": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L45, L57, L112",
      text: "The header of the SCCRP has the Tunnel ID that the initiator assigned.",
    },
    "TCL-019": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L45, L59, L112",
      text: "The SCCRP carries a Tunnel ID that the endpoint chose, another one for each tunnel.",
    },
    "TCL-020": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["endpoint"],
      source: "seed 004 L45",
      text: "The SCCRP leaves the endpoint with the endpoint's local address as its source.",
    },
    "TCL-021": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["endpoint"],
      source: "seed 004 L112",
      text: "The SCCRP travels over the cluster's network to the NAT.",
    },
    "TCL-022": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L31; RFC 2661 §5.8, §6.2",
      text: "The SCCRP has Ns 0 and Nr 1 and the AVPs that must be present.",
    },
    "TCL-023": {
      level: "MAY",
      classes: ["advertisement"],
      binds: ["nat"],
      source: "seed 004 L115; D4-04",
      text: "The NAT advertises the addresses that it reaches to the cluster's network alone.",
    },
  } satisfies Rows,
);
