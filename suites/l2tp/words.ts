/**
 * Words of RFC 2661 that requirements use. What the RFC leaves to an implementation's choice binds a
 * device only once its profile declares the option's word; everything else binds every device that
 * plays the role.
 */
import type { RequirementOf } from "../kit/words.ts";

/** What a role must do at the least, and the options of RFC 2661. */
export const L2TP_CLASSES = {
  lac: "all that binds every LAC: what the profile of each declares",
  lns: "all that binds every LNS: what the profile of each declares",
  hiding: "hides AVP values under a shared secret (§4.3)",
  authentication: "authenticates the tunnel's ends (§5.1.1)",
  tie_breaker: "opens control connections towards a peer that may do so too (§4.4.3)",
  outgoing_calls: "the LNS asks for calls and the LAC places them (§5.2.2)",
  one_framing: "supports one kind of framing alone, or can be told to (§4.4.3)",
  sequencing: "numbers the data messages (§5.4)",
  proxy: "the LNS takes over what the LAC found out by LCP and authentication (§4.4.5)",
  keepalive: "sends HELLO messages after a time of silence (§5.5)",
  unknown_messages: "passes over unknown message types that are not mandatory (§4.4.1)",
  strict_hiding:
    "refuses as malformed what is hidden and must not be, as the RFC leaves open (§4.4)",
  set_link_info: "the LNS tells the LAC by SLI what LCP came to (§6.14)",
  wan_errors: "the LAC tells the LNS by WEN of errors on the client's line (§6.13)",
  ipv6_carrier: "runs tunnels over IPv6 as well as over IPv4",
  forwarding: "forwards IPv4 between its sessions and a network behind it",
  field_compression:
    "asks by LCP for compressed Protocol, Address and Control fields (RFC 1661 §6.5, §6.6)",
  ppp: "ends PPP itself: what its frames hold is its own doing (RFC 1661)",
} as const;

/** A class or an option of RFC 2661. */
export type L2tpClass = keyof typeof L2TP_CLASSES;

/** What a device plays. */
export type L2tpRole = "lac" | "lns";

/** Both ends of a tunnel. */
export const BOTH = ["lac", "lns"] as const;

/** A row of the catalogue. */
export type L2tpRequirement = RequirementOf<{
  role: L2tpRole;
  class: L2tpClass;
  node: string;
  event: string;
  rules: Record<string, object>;
}>;
