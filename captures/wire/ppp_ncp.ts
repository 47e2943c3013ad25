/**
 * Configuration options of the network control protocols for IPv4 and IPv6.
 *
 * ```
 * IPCP    2 IP-Compression-Protocol (16, …)   3 IP-Address (32)   129, 131 DNS servers (32)
 * IPv6CP  1 Interface-Identifier (64)
 * ```
 *
 * Source: RFC 1332 §3, RFC 1877 §1, RFC 5072 §4.
 */
export const IpcpOption = {
  compression: 2,
  address: 3,
  primaryDns: 129,
  secondaryDns: 131,
} as const;

/** Option types of IPv6CP. */
export const Ipv6cpOption = { interfaceIdentifier: 1 } as const;
