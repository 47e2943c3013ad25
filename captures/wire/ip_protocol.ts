/**
 * IP protocol numbers: Protocol of IPv4, Next Header of IPv6 and of its extension headers.
 *
 * Source: IANA, Assigned Internet Protocol Numbers; RFC 8200 §4.1.
 */

/** Numbers by name; where IANA's keyword is another, it stands beside. */
export const IP_PROTOCOL = {
  /** HOPOPT. */
  HOP_BY_HOP: 0,
  ICMP: 1,
  IPV4: 4,
  TCP: 6,
  UDP: 17,
  IPV6: 41,
  /** IPv6-Route. */
  ROUTING: 43,
  /** IPv6-Frag. */
  FRAGMENT: 44,
  GRE: 47,
  ESP: 50,
  AH: 51,
  /** IPv6-ICMP. */
  ICMPV6: 58,
  /** IPv6-NoNxt. */
  NO_NEXT_HEADER: 59,
  /** IPv6-Opts. */
  DESTINATION_OPTIONS: 60,
  /** Mobility Header. */
  MOBILITY: 135,
  HIP: 139,
  /** Shim6. */
  SHIM6: 140,
} as const;
