/** Architecture 200 (FIG. 4, 5): endpoints with global addresses, and clusters of both kinds. */
import { isLinked } from "../facts/cluster.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, hidesTunnelId, isData } from "../facts/l2tp_packets.ts";
import { tunnelsOfInitiators } from "../facts/tunnels.ts";
import { by, carriesData, leaving, to } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { ADDRESS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, isThere, keepsTo, PACKETS } from "./packet_rules.ts";

const { ICCN, SCCRQ } = MessageType;

/** Whether every endpoint has a global address, and there is no NAT. */
const isArchitecture200 = ({ nat, endpoints }: Cluster) =>
  nat === undefined && endpoints.length > 0 && endpoints.every(isLinked);

/** Endpoints with a link of their own that were asked. */
const asked = (cluster: Cluster) =>
  cluster.endpoints.filter((endpoint) =>
    isLinked(endpoint) && cluster.requestsAt(endpoint).length > 0
  );

/** What an endpoint cannot keep that does not use its own link. */
const OWN_LINK = ["TCL-051", "TCL-071", "TCL-072", "TCL-073", "TCL-078"] as const;

/** FIG. 4 and 5. */
export const ARCHITECTURE_200: Section<TunnelClusterOverrides> = {
  title: "Architecture 200: endpoints with global addresses",
  checks: [
    kit.testCase({
      name: "endpoint/reply_from_global",
      title: "The SCCRP has the endpoint's global address, the initiator's Tunnel ID and its own",
      covers: ["TCL-067"],
      judges: ["endpoint"],
      on: [bringUp.global, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const linked = asked(cluster);
        if (linked.length === 0) {
          return inconclusive("no request at an endpoint with a link of its own was captured");
        }
        return some(cluster.replies().filter(({ endpoint }) => linked.includes(endpoint)), "SCCRP");
      },
      judge: (_, replies) =>
        gravestOf(replies, "SCCRP", ({ endpoint, reply: p, request }) => {
          const right = endpoint.outsideAddresses.includes(p.source) && p.tunnelId > 0 &&
            (p.assigned > 0 || hidesTunnelId(p));
          return right ? undefined : fail(
            `its global address ${endpoint.outsideAddresses[0]} and both Tunnel IDs`,
            formatPacket(p),
            frameRefs(request, p),
          );
        }),
    }),
    kit.testCase({
      name: "endpoint/reply_by_own_link",
      title: "The SCCRP leaves by the endpoint's own link",
      covers: ["TCL-068"],
      judges: ["endpoint"],
      on: [bringUp.global, manyTunnels.global],
      needs: PACKETS,
      stimulus: (facts, evidence) =>
        some(
          asked(clusterOf(facts, evidence)),
          "request at an endpoint with a link of its own",
        ),
      judge(facts, linked, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravest(
          isEmpty(
            linked.flatMap(({ inside }) => cluster.of(inside, "SCCRP")),
            "no SCCRP on the cluster's network",
          ),
          linked.some(({ outside }) => cluster.of(outside, "SCCRP").length > 0)
            ? undefined
            : inconclusive("no SCCRP was captured"),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/direct",
      title: "Replies and data go from the endpoint to the initiator directly, without a NAT",
      covers: ["TCL-072", "TCL-073"],
      judges: ["endpoint"],
      on: [bringUp.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!isArchitecture200(cluster)) {
          return inconclusive("not every endpoint has a global address, or there is a NAT");
        }
        const called = cluster.endpoints.filter(({ outside }) =>
          cluster.of(outside, "ICCN").length > 0
        );
        return some(called, "call at an endpoint's own link");
      },
      judge(facts, called, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(called, "endpoint", ({ inside, outside, outsideAddresses }) =>
          gravest(
            isEmpty(
              cluster.at(inside, ({ type }) => type !== SCCRQ),
              "requests alone on the cluster's network",
            ),
            isThere(
              cluster.at(outside, (p) => isData(p) && outsideAddresses.includes(p.source)),
              "data to the initiator",
              cluster.of(outside, "ICCN")[0],
            ),
          ));
      },
    }),
    kit.testCase({
      name: "initiator/direct",
      title: "Data goes to the endpoint's global address directly",
      covers: ["TCL-073"],
      judges: ["initiator"],
      on: [bringUp.global, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const global = cluster.endpoints.flatMap(({ outsideAddresses }) => outsideAddresses);
        const tunnels = tunnelsOfInitiators(cluster).filter(({ reply, toEndpoint }) =>
          global.includes(reply.source) && toEndpoint.some(({ type }) => type === ICCN)
        );
        return some(
          tunnels.filter(({ toEndpoint }) => toEndpoint.some(isData)),
          "data of an initiator in a call with an endpoint's global address",
        );
      },
      judge: (_, tunnels) =>
        gravestOf(
          tunnels,
          "tunnel",
          ({ reply, toEndpoint }) =>
            keepsTo(toEndpoint.filter(isData), reply.source, (p) => p.destination === reply.source),
        ),
    }),
    kit.testCase({
      name: "master/without_nat",
      title: "A request is forwarded where there is no NAT",
      covers: ["TCL-072"],
      judges: ["master"],
      on: [bringUp.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!isArchitecture200(cluster)) {
          return inconclusive("not every endpoint has a global address, or there is a NAT");
        }
        return cluster.isUndisturbed
          ? some(cluster.requests(), "request to the master address")
          : inconclusive("not all members were in service");
      },
      judge: (facts, requests, evidence) =>
        gravest(
          isThere(clusterOf(facts, evidence).forwarded(), "a forwarded request", requests[0]),
        ),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "no_service",
      title: "Forwards nothing",
      role: "master",
      violates: "TCL-072",
      alsoViolates: [
        "TCL-064",
      ],
      rules: {
        master: { forwards: () => false },
      },
    }),
    kit.mutant({
      name: "data_to_master",
      title: "Sends data to the master",
      role: "initiator",
      violates: "TCL-073",
      alsoViolates: ["TCL-051", "TCL-089"],
      rules: leaving(carriesData, to(ADDRESS.master)),
    }),
    kit.mutant({
      name: "local_reply",
      title: "Replies from its local address",
      role: "endpoint",
      violates: "TCL-067",
      alsoViolates: [...OWN_LINK, "TCL-068"],
      rules: {
        endpoint: { answersBy: () => "local" },
      },
    }),
    kit.mutant({
      name: "inner_reply",
      title: "Replies by the cluster's network",
      role: "endpoint",
      violates: "TCL-068",
      alsoViolates: [...OWN_LINK, "TCL-067"],
      rules: {
        endpoint: { answersBy: () => "local" },
      },
    }),
    ...(["TCL-072", "TCL-073"] as const).map((id, i) =>
      kit.mutant({
        name: `inner_data_${i + 1}`,
        title: "Sends data by the cluster's network",
        role: "endpoint",
        violates: id,
        alsoViolates: ["TCL-051", "TCL-072", "TCL-073"],
        rules: leaving(carriesData, by("local")),
      })
    ),
  ],
};
