/** Start-Control-Connection-Request, from initiator to master to endpoint: messages 102 and 104. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-001 to TCL-016. */
export const REQUEST = catalogue(
  {
    "TCL-001": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L98, L100; message 102",
      text: "An initiator sends its SCCRQ to the master address of the cluster.",
    },
    "TCL-002": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L55, L100; RFC 2661 §4.4.3",
      text:
        "The SCCRQ comes from the initiator's own address and carries the Tunnel ID that it assigned, in the AVP for it, with Tunnel ID 0 in the header.",
    },
    "TCL-003": {
      level: "MUST",
      binds: ["initiator"],
      source: "seed 004 L31, L98; RFC 2661 §3.1, §6.1",
      text:
        "The SCCRQ is one of RFC 2661: T, L and S set, version 2, Ns 0, the Message Type first, and version, host name, framing and Tunnel ID present.",
    },
    "TCL-004": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L98",
      text: "Every initiator that turns to the master address first is served through it.",
    },
    "TCL-005": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L47, L52, L102",
      text:
        "For each request the master selects one endpoint and forwards the request to that one alone.",
    },
    "TCL-006": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L47, L109; message 104",
      text:
        "The master puts the local address of the selected endpoint in the place of the destination.",
    },
    "TCL-007": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L109, L111",
      text: "A forwarded request still has the initiator's address and port as its source.",
    },
    "TCL-008": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L109; D4-01",
      text:
        "A forwarded request has the octets of L2TP, and both UDP ports, as they came, and fewer hops to live.",
    },
    "TCL-009": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L109; RFC 768",
      text:
        "The checksums of a forwarded request are right for its new address, and a UDP checksum of zero stays zero.",
    },
    "TCL-010": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L109",
      text: "A forwarded request leaves on the cluster's own network alone.",
    },
    "TCL-011": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L111-L137",
      text:
        "Nothing but requests takes the way through the master: replies, data and the rest do not.",
    },
    "TCL-012": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L98, L102; D4-02",
      text:
        "Whatever reaches the master address and is no request is discarded, and never balanced as if it were one.",
    },
    "TCL-013": {
      level: "SHOULD",
      binds: ["master"],
      source: "seed 004 L31; RFC 2661 §5.8; D4-03",
      text: "A request that is sent again goes to the endpoint that it went to before.",
    },
    "TCL-014": {
      level: "MUST",
      binds: ["master"],
      source: "seed 004 L47, L52",
      text: "Only requests for the master address are forwarded, none for any other address.",
    },
    "TCL-015": {
      level: "MAY",
      classes: ["address_sources"],
      binds: ["initiator"],
      source: "seed 004 L35",
      text:
        "An initiator learns the master address from authentication, from the client, or from a table, as declared.",
    },
    "TCL-016": {
      level: "MAY",
      classes: ["client_recognition"],
      binds: ["initiator"],
      source: "seed 004 L35",
      text: "An initiator opens tunnels for the clients that it recognizes, by the means declared.",
    },
  } satisfies Rows,
);
