/** Start-Control-Connection-Connected and its acknowledgement: messages 110, 112, 114 and 116. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-035 to TCL-041. The source calls the SCCCN of RFC 2661 "SCCN". */
export const CONNECTION = catalogue(
  {
    "TCL-035": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["initiator"],
      source: "seed 004 L133; message 110",
      text: "The SCCCN goes to the source address and port of the SCCRP, which are the NAT's.",
    },
    "TCL-036": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L31; RFC 2661 §4.4.3, §5.8",
      text: "The SCCCN has the endpoint's Tunnel ID in its header, Ns 1 and Nr 1.",
    },
    "TCL-037": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L133; message 112",
      text:
        "The SCCCN reaches the endpoint of the row that its source address and port lead to, otherwise unchanged.",
    },
    "TCL-038": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["endpoint"],
      source: "seed 004 L133",
      text: "With the SCCCN the control connection is established at the endpoint.",
    },
    "TCL-039": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["endpoint"],
      source: "seed 004 L133; message 114",
      text:
        "An endpoint with nothing to send acknowledges the SCCCN by a zero-length body with Nr 2.",
    },
    "TCL-040": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L133; message 116",
      text: "The acknowledgement too leaves with the NAT's address: no local address gets outside.",
    },
    "TCL-041": {
      level: "MAY",
      classes: ["piggyback"],
      binds: ["endpoint"],
      source: "seed 004 L133",
      text: "A message that waits carries the acknowledgement in the place of a zero-length body.",
    },
  } satisfies Rows,
);
