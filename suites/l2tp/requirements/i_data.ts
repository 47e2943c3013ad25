/** Group I: the data channel, §3.1, §5.3 and §5.4. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH } from "./classes.ts";

/** L2TP-085 to L2TP-090. */
export const DATA = catalogue({
  "L2TP-085": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §3.1",
    text:
      "A data message is understood with any combination of length, sequence numbers, offset and priority in its header.",
  },
  "L2TP-086": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §3.1",
    text:
      "The payload begins as many octets behind the header as the Offset Size tells; one that points past the packet is dropped.",
  },
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
  "L2TP-089": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §3.1",
    text: "The Nr of a data message is ignored.",
  },
  "L2TP-090": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.0, §7.4",
    text: "No data is tunnelled before its session is established or after it has ended.",
  },
});
