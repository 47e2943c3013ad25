/** What a suite says of its peers without their machines: names, and the rules of each. */
import { L2TP_PORT } from "../../captures/wire/l2tp.ts";
import { L2TP_RULES } from "../../peers/l2tp/rules.ts";
import { freshTesterConfig } from "../../peers/testing/l2tp_tester/names.ts";
import { PACKET_MUTATOR_RULES } from "../../peers/testing/packet_mutator.ts";
import type {
  TunnelClusterMachines,
  TunnelClusterOverrides,
} from "../../peers/tunnel_cluster/overrides.ts";
import {
  ENDPOINT_RULES,
  MASTER_RULES,
  NAT_RULES,
  SHARED_ADDRESS_RULES,
} from "../../peers/tunnel_cluster/rules.ts";
import type { ReferencePeers } from "../kit/suite.ts";

/** The rules of the machines that devices of a cluster are made of. */
const MACHINES: TunnelClusterMachines = {
  master: MASTER_RULES,
  nat: NAT_RULES,
  endpoint: ENDPOINT_RULES,
  shared_address: SHARED_ADDRESS_RULES,
  l2tp: L2TP_RULES,
  wire: PACKET_MUTATOR_RULES,
};

/** What is known of the devices of a cluster without them. */
export const CLUSTER_PEER_RULES = {
  name: "tunnel_cluster",
  udpPort: L2TP_PORT,
  machines: MACHINES,
  stimulusFaults: {},
  configAt: (role, config, seed) => role === "tester" ? freshTesterConfig(config, seed) : config,
  farewell: (role) =>
    role === "tester" ? { kind: "leave" } : role === "initiator" ? { kind: "shutdown" } : undefined,
} satisfies Omit<ReferencePeers<TunnelClusterOverrides>, "peer">;
