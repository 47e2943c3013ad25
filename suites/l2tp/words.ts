/**
 * Words of RFC 2661 that requirements use. What the RFC leaves to an implementation's choice binds a
 * device only once its profile declares the option's word; everything else binds every device that
 * plays the role.
 */
import type { RequirementOf } from "../kit/words.ts";

/** What a role must do at the least, and the options of RFC 2661. */
export type L2tpClass =
  /** All that binds every device of the role: what every profile declares. */
  | "lac"
  | "lns"
  /** AVP values travel hidden under a shared secret (§4.3). */
  | "hiding"
  /** The tunnel's ends authenticate each other (§5.1.1). */
  | "authentication"
  /** The device opens control connections towards a peer that may do so too (§4.4.3 Tie Breaker). */
  | "tie_breaker"
  /** The LNS asks for calls and the LAC places them (§5.2.2). */
  | "outgoing_calls"
  /** The device supports one kind of framing alone, or can be told to (§4.4.3). */
  | "one_framing"
  /** Sequence numbers on the data channel (§5.4). */
  | "sequencing"
  /** The LNS takes over what the LAC found out by LCP and authentication (§4.4.5). */
  | "proxy"
  /** HELLO messages after a time of silence (§5.5). */
  | "keepalive"
  /** Unknown message types that are not marked mandatory are passed over (§4.4.1). */
  | "unknown_messages"
  /** Hidden AVPs that must not be hidden are refused as malformed, which the RFC leaves open (§4.4). */
  | "strict_hiding"
  /** The LNS tells the LAC by SLI what LCP came to (§6.14). */
  | "set_link_info"
  /** The LAC tells the LNS by WEN of errors on the client's line (§6.13). */
  | "wan_errors"
  /** Tunnels run over IPv6 as well as over IPv4. */
  | "ipv6_carrier"
  /** The device forwards IPv4 between its sessions and a network behind it. */
  | "forwarding"
  /** The device asks by LCP for compressed Protocol, Address and Control fields (RFC 1661 §6.5, §6.6). */
  | "field_compression"
  /** PPP ends at the device itself: what its frames hold is its own doing (RFC 1661). */
  | "ppp";

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
