/** Group E: how control connections begin and end, §5.1, §5.7, §7.2 and §4.4.3. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH } from "./classes.ts";

/** L2TP-042 to L2TP-052. */
export const CONTROL_CONNECTION = catalogue({
  "L2TP-042": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.1, §7.2.1, Appendix B.1",
    text:
      "SCCRQ, SCCRP and SCCCN, with Ns 0, 0 and 1 and Nr 0, 1 and 1, establish a control connection, and the SCCCN is acknowledged.",
  },
  // That a request of a higher version be refused the RFC does not say: §7.2.1 lets the answer have
  // the lower one, which is then used.
  "L2TP-043": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §4.4.3, §4.4.2",
    text:
      "Version 1 and revision 0 stand in the Protocol Version AVP, and a refusal with result 5 tells the highest version supported in its error code.",
  },
  "L2TP-044": {
    level: "MUST",
    binds: ["lac"],
    source: "RFC 2661 §7.2.1",
    text:
      "An originator that gets an SCCRP of an earlier version which it does not support sends a StopCCN and ends the tunnel.",
  },
  // The state tables are all that says so, besides the "should" of §7.1 for messages out of sequence.
  "L2TP-045": {
    level: "SHOULD",
    binds: ["lns"],
    source: "RFC 2661 §7.2.1, §7.1",
    text:
      "An SCCRQ or SCCRP that comes on a tunnel while its SCCCN is awaited, or any of the three once it is established, is answered with a StopCCN, and the tunnel is cleaned up.",
  },
  "L2TP-046": {
    level: "SHOULD",
    binds: ["lac"],
    source: "RFC 2661 §7.2.1, §7.1",
    text: "An originator that gets an SCCCN in place of the SCCRP sends a StopCCN and cleans up.",
  },
  "L2TP-047": {
    level: "MUST",
    classes: ["tie_breaker"],
    binds: BOTH,
    source: "RFC 2661 §4.4.3",
    text:
      "When both ends ask for a tunnel at once the lower tie breaker wins and the loser discards its own silently; equal ones end both, one alone wins, and without any there are two tunnels.",
  },
  "L2TP-048": {
    level: "MUST",
    binds: BOTH,
    source: "RFC 2661 §5.0, §5.3",
    text:
      "Several tunnels between the same two addresses and ports stand side by side, each with sessions of its own.",
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
});
