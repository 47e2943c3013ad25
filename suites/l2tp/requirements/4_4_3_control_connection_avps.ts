/** RFC 2661 §4.4.3: what the ends of a tunnel tell of themselves as it begins. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH, type L2tpRequirement } from "../words.ts";

/** Its requirements. */
export const CONTROL_CONNECTION_AVPS = catalogue(
  {
    // That a request of a higher version be refused the RFC does not say: §7.2.1 lets the answer have
    // the lower one, which is then used.
    "L2TP-043": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §4.4.2",
      text:
        "Version 1 and revision 0 stand in the Protocol Version AVP, and a refusal with result 5 tells the highest version supported in its error code.",
    },
    "L2TP-047": {
      level: "MUST",
      classes: ["tie_breaker"],
      binds: BOTH,
      source: "RFC 2661 §4.4.3",
      text:
        "When both ends ask for a tunnel at once the lower tie breaker wins and the loser discards its own silently; equal ones end both, one alone wins, and without any there are two tunnels.",
    },
    // A size of 0 is invalid (§5.8); what a receiver makes of it is §7.1's, in L2TP-023.
    "L2TP-049": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §5.8",
      text: "Without a Receive Window Size the peer's window is taken to be 4.",
    },
    "L2TP-050": {
      level: "MUST",
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §5.3",
      text:
        "The StopCCN repeats the Assigned Tunnel ID first sent, and one that comes before any other identifier was told ends the tunnel that its AVP names.",
    },
    "L2TP-051": {
      level: "SHOULD",
      binds: ["lns"],
      source: "RFC 2661 §4.4.2, §7.2.1",
      text:
        "A refused SCCRQ is answered with a StopCCN whose result tells why: not authorized, out of resources, shutting down.",
    },
    // §4.4.3 forbids to ask for such a call; that it is rejected stands there as a plain statement, and in
    // §7.4 and §7.5 as the state tables' "not acceptable". Whoever advertises all framings rejects none.
    "L2TP-052": {
      level: "MUST",
      classes: ["outgoing_calls", "one_framing"],
      binds: BOTH,
      source: "RFC 2661 §4.4.3, §7.4, §7.5",
      text:
        "A call with a framing that the device did not advertise is rejected, and no LNS asks for one with a framing that the LAC did not advertise.",
    },
    "L2TP-097": {
      level: "MUST",
      binds: ["lac"],
      source: "RFC 2661 §4.4.3",
      text: "No incoming call has a framing that the LNS did not advertise.",
    },
  } satisfies Record<string, L2tpRequirement>,
);
