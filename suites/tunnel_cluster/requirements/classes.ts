/**
 * The classes and options of clustered L2TP that a device profile may declare. The two architectures
 * of the source are classes; what it calls possible is an option. Source lines are those of seed 004.
 */

/** Words of seed 004. */
export type TunnelClusterClass =
  /** FIG. 2 and 3: endpoints have local addresses only and reach initiators through a NAT. */
  | "NAT"
  /** FIG. 4 and 5: each endpoint has a global address of its own. */
  | "global"
  /** D4-05: FIG. 2 with one global address for master and NAT, for initiators that follow no other. */
  | "shared_address"
  /** How an initiator learns the master address, and for whom (L35). */
  | "address_sources"
  | "client_recognition"
  /** The NAT advertises what it reaches (L115). */
  | "advertisement"
  /** Acknowledgements ride on waiting messages (L133). */
  | "piggyback"
  /** Ways to share load besides the preferred one (L102). */
  | "round_robin"
  | "leaky_bucket"
  /** Management (L104). */
  | "out_of_service"
  | "inactivity"
  | "inactivation"
  /** Connections of several origination points end at one endpoint (L163). */
  | "deterministic"
  | "mixed"
  | "nat_failover"
  /** Other links than L2TP over UDP (L117, L163). */
  | "other_links";
