/** Network management: endpoints that come, go, fail and rest. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-061 to TCL-065. */
export const MANAGEMENT = catalogue(
  {
    "TCL-061": {
      level: "MAY",
      classes: ["out_of_service"],
      binds: ["master"],
      source: "seed 004 L104; D4-14",
      text: "An endpoint that has gone out of service gets no request.",
    },
    "TCL-062": {
      level: "MAY",
      classes: ["inactivity"],
      binds: ["master"],
      source: "seed 004 L104",
      text: "An endpoint that is inactive for a time is passed over, and used again afterwards.",
    },
    "TCL-063": {
      level: "MAY",
      classes: ["inactivation"],
      binds: ["master"],
      source: "seed 004 L104; D4-11",
      text:
        "The master may inactivate spare endpoints: they get no new tunnels and keep those they have.",
    },
    "TCL-064": {
      level: "MUST",
      binds: ["master"],
      source: "not in the seed; D4-14",
      text:
        "With no endpoint in service a request is forwarded to nobody, and served once there is one.",
    },
    "TCL-065": {
      level: "MAY",
      classes: ["deterministic"],
      binds: ["master"],
      source: "seed 004 L163; D4-12",
      text: "Requests that share the declared key end at the same endpoint, whatever their origin.",
    },
  } satisfies Rows,
);
