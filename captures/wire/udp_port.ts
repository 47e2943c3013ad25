/**
 * UDP ports that the suites speak on. A port is a hint: content decides what a datagram is.
 *
 * Source: IANA, Service Name and Transport Protocol Port Number Registry; catalogue D0-07, D4-09.
 */

/** L2TP and L2F (RFC 2661 §8.1). */
export const L2TP_PORT = 1701;
/** Core-identity tunnels of the reference peers; any other may be configured. */
export const CORE_IDENTITY_PORT = 49600;
/** Messages within a cluster, on the cluster's own network. */
export const CLUSTER_PORT = 49700;
/** DNS (RFC 1035 §4.2). */
export const DNS_PORT = 53;
