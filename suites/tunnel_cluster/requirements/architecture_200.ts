/** Architecture 200, FIG. 4 and 5: endpoints with global addresses (messages 204, 206, 210 and 214). */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-066 to TCL-074. The source calls message 206 "208" once (L149). */
export const GLOBAL_ADDRESSES = catalogue(
  {
    "TCL-066": {
      level: "MUST",
      classes: ["global"],
      binds: ["master"],
      source: "seed 004 L52, L141-L143; message 204",
      text:
        "The master forwards the request over the cluster's network to the local address of the endpoint, its source unchanged.",
    },
    "TCL-067": {
      level: "MUST",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L49, L145-L146; message 206",
      text:
        "The SCCRP has the endpoint's own global address as its source, the initiator as its destination, and both Tunnel IDs.",
    },
    "TCL-068": {
      level: "MUST",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L49",
      text: "The SCCRP leaves by the endpoint's own link, and not by the cluster's network.",
    },
    "TCL-069": {
      level: "MUST",
      classes: ["global"],
      binds: ["initiator"],
      source: "seed 004 L159; message 210",
      text: "The SCCCN goes to the global address and the port of the endpoint.",
    },
    "TCL-070": {
      level: "MUST",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L159",
      text:
        "The endpoint holds the Tunnel ID of an SCCCN against its own: a wrong one establishes nothing.",
    },
    "TCL-071": {
      level: "MUST",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L159; message 214",
      text: "The acknowledgement of the SCCCN has the endpoint's global address as its source.",
    },
    "TCL-072": {
      level: "MUST",
      classes: ["global"],
      binds: ["initiator", "master", "endpoint"],
      source: "seed 004 L94-L96",
      text: "Endpoints with global addresses are reached and serve without any NAT.",
    },
    "TCL-073": {
      level: "MUST",
      classes: ["global"],
      binds: ["initiator", "endpoint"],
      source: "seed 004 L159",
      text: "Calls and data go between initiator and endpoint directly, both ways.",
    },
    "TCL-074": {
      level: "MAY",
      classes: ["mixed"],
      binds: ["master", "endpoint"],
      source: "seed 004 L94",
      text: "In a cluster of both kinds each endpoint serves by its own variant.",
    },
  } satisfies Rows,
);
