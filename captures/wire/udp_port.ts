/**
 * UDP ports that the suites speak on. A port is a hint: content decides what a datagram is.
 *
 * Source: IANA, Service Name and Transport Protocol Port Number Registry; catalogue D0-07, D2-11, D4-09.
 */

/** L2TP and L2F (RFC 2661 §8.1). */
export const L2TP_PORT = 1701;
/** Core-identity tunnels of the reference peers; any other may be configured. */
export const CORE_IDENTITY_PORT = 49600;
/** Messages within a cluster, on the cluster's own network. */
export const CLUSTER_PORT = 49700;
/**
 * Stateless tunnels with slot ids (D2-11): of the ports that anybody may use, as no registry names one
 * for this.
 */
export const SLOT_UDP_PORT = 49602;
/** IKE, and IKE and ESP behind a NAT (RFC 3948). */
export const IKE_PORT = 500, NAT_TRAVERSAL_PORT = 4500;
/** VXLAN (RFC 7348 §5), and what Linux takes for it unless told otherwise. */
export const VXLAN_PORT = 4789, VXLAN_LINUX_PORT = 8472;
/** Geneve (RFC 8926 §3.3). */
export const GENEVE_PORT = 6081;
