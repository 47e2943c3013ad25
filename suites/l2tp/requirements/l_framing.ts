/** Group L: the framing of incoming calls. It was split off that of calls which an LNS asks for. */
import { catalogue } from "../../kit/requirement.ts";

/** L2TP-097. */
export const FRAMING = catalogue({
  "L2TP-097": {
    level: "MUST",
    binds: ["lac"],
    source: "RFC 2661 §4.4.3",
    text: "No incoming call has a framing that the LNS did not advertise.",
  },
});
