/** Clusters of both kinds: some endpoints have global addresses, others none (L94). */
import { isLinked } from "../facts/cluster.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { mixedBringUp } from "../scenarios/connection.ts";
import { globalAddress } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { elsewhere } from "./forwarded_request.ts";
import { isEmpty, isThere, keepsTo, PACKETS } from "./packet_rules.ts";

/** A cluster of both kinds. */
export const MIXED_CLUSTER: Section<TunnelClusterOverrides> = {
  title: "A cluster of both kinds",
  checks: [
    kit.testCase({
      name: "master/both_kinds",
      title:
        "Requests go to the local address of the endpoint that is chosen, of whichever kind it is",
      covers: ["TCL-074"],
      judges: ["master"],
      on: [mixedBringUp],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!isMixed(cluster)) return inconclusive("the endpoints are not of both kinds");
        const requests = cluster.requests();
        return requests.length < 2 ? inconclusive(`${requests.length} requests came`) : requests;
      },
      judge(facts, requests, evidence) {
        const cluster = clusterOf(facts, evidence);
        const forwarded = cluster.forwarded();
        const served = (linked: boolean) =>
          forwarded.filter((p) => {
            const endpoint = cluster.endpoint(cluster.memberAt(p.destination));
            return endpoint !== undefined && isLinked(endpoint) === linked;
          });
        return gravest(
          isEmpty(
            cluster.of(
              cluster.master?.outside,
              "SCCRQ",
              (p) => p.destination !== cluster.masterAddress,
            ),
            "a local address",
          ),
          keepsTo(
            forwarded,
            "a local address",
            (p) => cluster.memberAt(p.destination) !== undefined,
          ),
          // The loads would have both kinds chosen; other policies need not.
          cluster.policy !== "lowest_load" &&
            (served(true).length === 0 || served(false).length === 0)
            ? inconclusive("no requests to endpoints of both kinds were forwarded")
            : gravest(
              isThere(served(true), "a request to an endpoint with a link", ...requests),
              isThere(served(false), "a request to an endpoint without a link", ...requests),
            ),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/each_its_own_way",
      title:
        "An endpoint with a link answers from its global address, one without by way of the NAT",
      covers: ["TCL-074"],
      judges: ["endpoint"],
      on: [mixedBringUp],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!isMixed(cluster)) return inconclusive("the endpoints are not of both kinds");
        const requested = cluster.endpoints.flatMap((endpoint) => {
          const [request] = cluster.requestsAt(endpoint);
          return request === undefined ? [] : [{ endpoint, request }];
        });
        const kinds = new Set(requested.map(({ endpoint }) => isLinked(endpoint)));
        return kinds.size === 2
          ? requested
          : inconclusive("not an endpoint of each kind was asked");
      },
      judge(facts, requested, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(requested, "request", ({ endpoint, request }) => {
          const own = isLinked(endpoint)
            ? endpoint.outsideAddresses
            : cluster.nat?.outsideAddresses ?? [];
          const reply = cluster.initiators.flatMap(({ outside }) =>
            cluster.of(outside, "SCCRP", (p) =>
              p.destination === request.source && p.tunnelId === request.assigned)
          )[0];
          return gravest(
            own.includes(reply?.source) ? undefined : fail(
              `an SCCRP from ${own[0]}`,
              reply?.source ?? "none",
              frameRefs(request, reply),
            ),
            isLinked(endpoint)
              ? isEmpty(
                cluster.of(endpoint.inside, "SCCRP"),
                "no SCCRP inside where there is a link",
              )
              : undefined,
          );
        });
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "to_global_of_mixed",
      title: "Forwards to the global address of the endpoint that has one",
      role: "master",
      violates: "TCL-074",
      alsoViolates: ["TCL-006", "TCL-010"],
      rules: elsewhere(globalAddress(3)),
    }),
    kit.mutant({
      name: "local_of_mixed",
      title: "Answers by way of the NAT though it has a link",
      role: "endpoint",
      violates: "TCL-074",
      rules: {
        endpoint: { answersBy: () => "local" },
      },
    }),
  ],
};

/** Whether there are endpoints of both kinds. */
function isMixed({ endpoints }: Cluster): boolean {
  return endpoints.some(isLinked) && !endpoints.every(isLinked);
}
