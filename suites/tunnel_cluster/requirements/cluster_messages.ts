/** What is said within the cluster. The source leaves the form open: these are of the declared one. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-090 to TCL-098. */
export const CLUSTER_ROWS = catalogue(
  {
    "TCL-090": {
      level: "MUST",
      binds: ["master", "endpoint"],
      source: "seed 004 L102-L104; D4-09, D4-13, D4-14",
      text:
        "Each message within the cluster has the fields of the declared format, and tells what its kind has to tell.",
    },
    "TCL-091": {
      level: "MUST",
      binds: ["master", "endpoint"],
      source: "seed 004 L102-L104, L161; D4-09, D4-13",
      text:
        "Numbers of reports and heartbeats and terms of masters only grow from one registration to the next, and a member votes once in a term.",
    },
    "TCL-092": {
      level: "MUST",
      binds: ["master"],
      source: "not in the seed; D4-09, D4-13, D4-14",
      text:
        "A master acknowledges each registration, and sends every endpoint that is registered a heartbeat in each period that is declared.",
    },
    "TCL-093": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L102-L104; D4-09, D4-11, D4-14",
      text:
        "An endpoint tells the master how many tunnels and sessions stand, that it takes no new tunnels for a time or lets its tunnels end, and that it goes out of service.",
    },
    "TCL-094": {
      level: "MAY",
      classes: ["inactivity"],
      binds: ["master", "endpoint"],
      source: "seed 004 L104; D4-11",
      text:
        "An endpoint that lets its tunnels end is given no new ones until it says otherwise, and serves those that it has.",
    },
    "TCL-095": {
      level: "MUST",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L102-L109, L161",
      text:
        "An endpoint that took over forwards each request to one endpoint, nothing of it changed but destination and hops to live, and forwards nothing else.",
    },
    "TCL-096": {
      level: "SHOULD",
      classes: ["global"],
      binds: ["endpoint"],
      source: "not in the seed; D4-13",
      text: "Of the endpoints that may take over, the one of the lowest priority value does.",
    },
    "TCL-097": {
      level: "MUST",
      binds: ["endpoint"],
      source: "seed 004 L31; RFC 2661 §5.1.1",
      text:
        "An initiator that answers the challenge of an endpoint wrongly, or not at all, gets no tunnel from it.",
    },
    "TCL-098": {
      level: "SHOULD",
      classes: ["global"],
      binds: ["endpoint"],
      source: "seed 004 L31, L161; RFC 2661 §5.8; D4-03",
      text:
        "An endpoint that took over sends a request that comes again to where it sent it before.",
    },
  } satisfies Rows,
);
