/** The NAT and its Table 1: message 108. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-024 to TCL-034. */
export const TRANSLATION = catalogue(
  {
    "TCL-024": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L117; Table 1",
      text:
        "The SCCRP makes a row of four values: far address, far port, local address, local port.",
    },
    "TCL-025": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 Table 1, columns 1-2",
      text: "The far end of a row is the initiator's global address with the initiator's port.",
    },
    "TCL-026": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 Table 1, columns 3-4",
      text: "The local end of a row is the endpoint's local address with the endpoint's port.",
    },
    "TCL-027": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L47, L117; message 108",
      text:
        "The SCCRP leaves the NAT for the initiator with the NAT's own global address as its source, and with checksums that are right.",
    },
    "TCL-028": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L117",
      text: "Translation changes no octet of L2TP.",
    },
    "TCL-029": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L47, L98; D4-05",
      text:
        "A request that comes to the NAT's own address, where that is not the master's, is not served.",
    },
    "TCL-030": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L124; Table 2; D4-06",
      text:
        "Tunnels of two endpoints that use the same port towards one initiator are kept apart by the port on the NAT.",
    },
    "TCL-031": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L133; D4-06",
      text:
        "Tunnels from one address and port of an initiator to different endpoints each reach their own.",
    },
    "TCL-032": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "not in the seed; D4-07",
      text:
        "A row outlives its tunnel by the declared time, and a live tunnel never loses its row.",
    },
    "TCL-033": {
      level: "MUST",
      classes: ["NAT"],
      binds: ["nat"],
      source: "seed 004 L133, L137",
      text: "A packet from outside that matches no row is forwarded to nobody.",
    },
    "TCL-034": {
      level: "MAY",
      classes: ["other_links"],
      binds: ["nat"],
      source: "seed 004 L117",
      text: "Channels of other link types, such as those of ATM, stand in the place of ports.",
    },
  } satisfies Rows,
);
