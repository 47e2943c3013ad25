/** Message 102: the SCCRQ of an initiator, to the master address. */
import { frameRefs } from "../../kit/frame_refs.ts";
import { some } from "../../kit/check.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { CONTROL_FLAGS, L2TP_PORT } from "../../../captures/wire/l2tp.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import {
  attributesOf,
  formatPacket,
  hidesTunnelId,
  type L2tpPacket,
  missingAvp,
} from "../facts/l2tp_packets.ts";
import { is, leaving, SCCRQ, to } from "../packet_changes.ts";
import { addressSources, bringUp, manyTunnels } from "../scenarios/connection.ts";
import { globalAddress } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { keepsTo, PACKETS } from "./packet_rules.ts";

/** SCCRQs that initiators send: all that their own links show, with captures alone. */
function requestsOf(cluster: Cluster, nodes?: (node: string) => boolean): L2tpPacket[] {
  return cluster.initiators.filter(({ node }) => nodes?.(node) ?? true)
    .flatMap(({ outside, outsideAddresses }) =>
      cluster.of(outside, "SCCRQ", (p) => !cluster.isLab || outsideAddresses.includes(p.source))
    );
}

/** Whether an initiator knows no other peer than the master address. */
function knowsMasterAlone(cluster: Cluster, node: string): boolean {
  const peers = cluster.setting(node, "peers") as { address: string }[] | undefined;
  return cluster.masterAddress !== undefined && peers !== undefined &&
    peers.every(({ address }) => address === cluster.masterAddress);
}

/** The requests of SCCRQs' own rules. */
const anyRequests = (cluster: Cluster) => some(requestsOf(cluster), "SCCRQ of an initiator");

/** Message 102. */
export const CONNECTION_REQUEST: Section<TunnelClusterOverrides> = {
  title: "Message 102: Start-Control-Connection-Request",
  checks: [
    kit.testCase({
      name: "initiator/asks_master",
      title: "The SCCRQ goes to the master address",
      covers: ["TCL-001"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return some(
          requestsOf(cluster, (node) => knowsMasterAlone(cluster, node)),
          "SCCRQ of an initiator that knows the master address alone",
        );
      },
      judge(facts, requests, evidence) {
        const { masterAddress } = clusterOf(facts, evidence);
        return gravest(
          keepsTo(
            requests,
            `${masterAddress}:${L2TP_PORT}`,
            (p) => p.destination === masterAddress && p.destinationPort === L2TP_PORT,
          ),
        );
      },
    }),
    kit.invariant({
      name: "initiator/own_tunnel_id",
      title: "The SCCRQ assigns a Tunnel ID and has 0 in its header",
      covers: ["TCL-002"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject: (facts, evidence) => anyRequests(clusterOf(facts, evidence)),
      judge: (_, requests) =>
        gravest(keepsTo(
          requests,
          "Tunnel ID 0 in the header and another assigned",
          (p) => p.tunnelId === 0 && (p.assigned > 0 || hidesTunnelId(p)),
        )),
    }),
    kit.invariant({
      name: "initiator/request_of_rfc_2661",
      title: "The SCCRQ is one of RFC 2661",
      covers: ["TCL-003"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject: (facts, evidence) => anyRequests(clusterOf(facts, evidence)),
      judge: (_, requests) =>
        gravestOf(requests, "SCCRQ", (p) => {
          const lacking = missingAvp(p);
          if (lacking !== undefined) {
            return fail(`an AVP of type ${lacking}`, formatPacket(p), frameRefs(p));
          }
          const right = p.octets.startsWith("c802") && p.ns === 0 && attributesOf(p).types[0] === 0;
          if (right) return undefined;
          const actual = `${p.octets.slice(0, 4).toUpperCase()}, Ns ${p.ns}`;
          return fail("C802, Ns 0 and the Message Type first", actual, frameRefs(p));
        }),
    }),
    kit.testCase({
      name: "initiator/learned_address",
      title: "The SCCRQ goes to the master address, be it from a table or told by the client",
      covers: ["TCL-015"],
      judges: ["initiator"],
      on: [addressSources],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { masterAddress } = cluster;
        const tellsAddress = cluster.initiators.find(({ node }) =>
          cluster.instructions("dial", node).some(({ peer }) => peer !== undefined)
        );
        if (masterAddress === undefined || tellsAddress === undefined) {
          return inconclusive("no client told its initiator whom to ask");
        }
        const requests = requestsOf(cluster, (node) => node === tellsAddress.node);
        return new Set(requests.map(({ assigned }) => assigned)).size < 2
          ? inconclusive("the initiator did not send a request for each client")
          : { requests, masterAddress };
      },
      judge: (_, { requests, masterAddress }) =>
        gravest(keepsTo(requests, masterAddress, (p) => p.destination === masterAddress)),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "asks_endpoint",
      title: "Asks an endpoint in the place of the master",
      role: "initiator",
      violates: "TCL-001",
      alsoViolates: ["TCL-015", "TCL-073"],
      rules: leaving(is(SCCRQ), to(globalAddress(1))),
    }),
    kit.mutant({
      name: "id_in_header",
      title: "Puts its own Tunnel ID into the header",
      role: "initiator",
      violates: "TCL-002",
      rules: {
        l2tp: { headerTunnelId: (peer, own) => peer === 0 ? own : peer },
      },
    }),
    kit.mutant({
      name: "priority",
      title: "Sets P in control messages",
      role: "initiator",
      violates: "TCL-003",
      rules: {
        l2tp: { controlFlags: () => CONTROL_FLAGS | 0x0100 },
      },
    }),
    kit.mutant({
      name: "first_of_table",
      title: "Asks whoever is first in its table",
      role: "initiator",
      violates: "TCL-015",
      alsoViolates: ["TCL-001"],
      rules: leaving(is(SCCRQ), to("203.0.113.9")),
    }),
  ],
};
