/** The suite of clustered L2TP: source 004. */
import { L2TP_PORT } from "../../captures/wire/l2tp.ts";
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../peers/l2tp/lns.ts";
import type { Machine } from "../../peers/machine.ts";
import { type EndpointLns, EndpointMachine } from "../../peers/tunnel_cluster/endpoint.ts";
import { MasterMachine } from "../../peers/tunnel_cluster/master.ts";
import { NatMachine } from "../../peers/tunnel_cluster/nat.ts";
import type { TunnelClusterOverrides } from "../../peers/tunnel_cluster/overrides.ts";
import { SharedAddressMachine } from "../../peers/tunnel_cluster/shared_address.ts";
import { L2tpTester } from "../../peers/testing/l2tp_tester/tester.ts";
import { PacketMutator } from "../../peers/testing/packet_mutator.ts";
import type { Suite } from "../kit/suite.ts";
import { DATA_PATH_CHECKS } from "./checks/data_path.ts";
import { BAD_INPUT_CHECKS } from "./checks/bad_input.ts";
import { ENDPOINT_CHECKS } from "./checks/endpoint.ts";
import { INITIATOR_CHECKS } from "./checks/initiator.ts";
import { INTERWORKING_CHECKS } from "./checks/interworking.ts";
import { LOAD_SHARING_CHECKS } from "./checks/load_sharing.ts";
import { MANAGEMENT_CHECKS } from "./checks/management.ts";
import { MASTER_CHECKS } from "./checks/master.ts";
import { MIXED_CHECKS } from "./checks/mixed.ts";
import { NAT_CHECKS } from "./checks/nat.ts";
import { SCRIPTED_CHECKS } from "./checks/scripted.ts";
import { TAKE_OVER_CHECKS } from "./checks/take_over.ts";
import { TUNNEL_CLUSTER_MUTANTS } from "./mutants.ts";
import { TUNNEL_CLUSTER_REQUIREMENTS } from "./requirements.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Everything that source 004 brings, as far as it is judged. */
export const TUNNEL_CLUSTER: Suite<TunnelClusterOverrides> = {
  name: "tunnel_cluster",
  title: "Clustered tunnel endpoints",
  shownIn: ["memory", "netns"],
  light: true,
  udpPort: L2TP_PORT,
  requirements: TUNNEL_CLUSTER_REQUIREMENTS,
  scenarios: SCENARIOS,
  checks: [
    ...INITIATOR_CHECKS,
    ...MASTER_CHECKS,
    ...LOAD_SHARING_CHECKS,
    ...MANAGEMENT_CHECKS,
    ...ENDPOINT_CHECKS,
    ...NAT_CHECKS,
    ...SCRIPTED_CHECKS,
    ...TAKE_OVER_CHECKS,
    ...INTERWORKING_CHECKS,
    ...BAD_INPUT_CHECKS,
    ...MIXED_CHECKS,
    ...DATA_PATH_CHECKS,
  ],
  mutants: TUNNEL_CLUSTER_MUTANTS,
  stimulusFaults: {},
  peer(role, config, environment, overrides) {
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
  },
};

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
