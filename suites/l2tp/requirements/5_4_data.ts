/** RFC 2661 §5.0, §5.4: data, and its sequence numbers. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const DATA = catalogue(
  {
    "L2TP-087": {
      level: "MUST",
      classes: ["sequencing"],
      binds: BOTH,
      source: "RFC 2661 §4.4.4, §5.4",
      text:
        "Once the ICCN or OCCN carried Sequencing Required, every data message of the session has sequence numbers.",
    },
    "L2TP-088": {
      level: "MUST",
      classes: ["sequencing"],
      binds: ["lac"],
      source: "RFC 2661 §5.4",
      text:
        "Where sequencing is not required the LAC begins and stops to send sequence numbers as the LNS does.",
    },
    "L2TP-090": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §5.0, §7.4",
      text: "No data is tunnelled before its session is established or after it has ended.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
