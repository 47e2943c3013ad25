/**
 * The classes and options of clustered L2TP that a device profile may declare. The two architectures
 * of the source are classes; what it calls possible is an option. Source lines are those of seed 004.
 */

/** Words of seed 004. */
export const TUNNEL_CLUSTER_CLASSES = {
  NAT: "endpoints have local addresses and reach initiators through a NAT (FIG. 2 and 3)",
  global: "each endpoint has a global address of its own (FIG. 4 and 5)",
  shared_address: "master and NAT share one global address, for initiators that follow no other",
  address_sources: "learns the master address from authentication, the client or a table (L35)",
  client_recognition: "opens tunnels for clients that it recognizes (L35)",
  advertisement: "the NAT advertises what it reaches to the cluster's network (L115)",
  piggyback: "acknowledgements ride on messages that wait (L133)",
  round_robin: "the master shares load by round-robin (L102)",
  leaky_bucket: "the master shares load by leaky bucket (L102)",
  out_of_service: "endpoints go out of service (L104)",
  inactivity: "endpoints are inactive for a time (L104)",
  inactivation: "the master inactivates spare endpoints (L104)",
  deterministic: "connections that share a key end at one endpoint (L163)",
  mixed: "one cluster holds endpoints of both architectures (L94)",
  nat_failover: "says what becomes of a cluster behind a NAT whose master fails (L161)",
  other_links: "clusters links other than L2TP over UDP (L117, L163)",
} as const;

/** A class or an option of clustered L2TP. */
export type TunnelClusterClass = keyof typeof TUNNEL_CLUSTER_CLASSES;
