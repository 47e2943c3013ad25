import type { L2tpRules } from "../l2tp/rules.ts";
import type { PacketMutatorRules, RuleOverrides } from "../rule_overrides.ts";
import type { EndpointRules, MasterRules, NatRules, SharedAddressRules } from "./rules.ts";

/** The rules of each machine that a device of a cluster is made of, by the machine's name. */
export interface TunnelClusterMachines {
  master: MasterRules;
  nat: NatRules;
  /** What an endpoint does for the cluster; its LNS is `l2tp`. */
  endpoint: EndpointRules;
  /** Which packets are the master's and which the NAT's where they share an address. */
  shared_address: SharedAddressRules;
  /** The LNS of an endpoint, or the LAC that an initiator is. */
  l2tp: L2tpRules;
  /** The packet mutator in front of the device. */
  wire: PacketMutatorRules;
}

/** Rules that replace those of a device of a cluster. */
export type TunnelClusterOverrides = RuleOverrides<TunnelClusterMachines>;
