/** The devices of a cluster, as reference peers. */
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../peers/l2tp/lns.ts";
import type { Machine, PeerEnvironment } from "../../peers/machine.ts";
import { L2tpTester } from "../../peers/testing/l2tp_tester/tester.ts";
import { PacketMutator } from "../../peers/testing/packet_mutator.ts";
import { type EndpointLns, EndpointMachine } from "../../peers/tunnel_cluster/endpoint.ts";
import { MasterMachine } from "../../peers/tunnel_cluster/master.ts";
import { NatMachine } from "../../peers/tunnel_cluster/nat.ts";
import type { TunnelClusterOverrides } from "../../peers/tunnel_cluster/overrides.ts";
import { SharedAddressMachine } from "../../peers/tunnel_cluster/shared_address.ts";
import type { ReferencePeers } from "../kit/suite.ts";
import { CLUSTER_PEER_RULES } from "./peer_rules.ts";

/** Builds the reference peer for a role. @throws TypeError when the configuration is wrong. */
function clusterPeer(
  role: string,
  config: Record<string, unknown>,
  environment: PeerEnvironment,
  overrides: TunnelClusterOverrides,
): Machine {
  const { master, nat, l2tp, wire } = overrides;
  const make = (): Machine => {
    switch (role) {
      case "initiator":
        return new LacMachine(config, environment, l2tp);
      case "master":
        return new MasterMachine(config, environment, master);
      case "tester":
        return new L2tpTester(config, environment);
      case "nat":
        return config.master === undefined
          ? new NatMachine(config, environment, nat)
          : new SharedAddressMachine(config, environment, overrides);
      default:
        return new EndpointMachine(
          config,
          environment,
          (lns) => counted(new LnsMachine(lns, environment, l2tp)),
          overrides,
        );
    }
  };
  return PacketMutator.around(make(), wire);
}

/** An LNS that tells how much stands at it, for the reports of its load. */
function counted(lns: LnsMachine): EndpointLns {
  const all = () => [...lns.tunnels.byId.values()];
  return Object.assign(lns, {
    usage: () => ({
      tunnels: all().length,
      sessions: all().reduce((sum, { sessions }) => sum + sessions.all().length, 0),
    }),
  });
}

/** Initiator, master, endpoint and NAT, and the tester that plays opposite to them. */
export const CLUSTER_PEERS: ReferencePeers<TunnelClusterOverrides> = {
  ...CLUSTER_PEER_RULES,
  peer: clusterPeer,
};
