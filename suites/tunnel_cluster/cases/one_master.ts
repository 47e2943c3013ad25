/** No two masters at a time (D4-13). */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type EndpointPlace } from "../facts/cluster.ts";
import { forwarders, requestsToMaster, tookOverAt } from "../facts/succession.ts";
import { masterDies, partition } from "../scenarios/take_over.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS_AND_TRACES } from "./packet_rules.ts";

/** No two masters. */
export const ONE_MASTER: Section<TunnelClusterOverrides> = {
  title: "One master at a time",
  checks: [
    kit.testCase({
      name: "master/one_forwarder",
      title:
        "A master that is cut off forwards nothing that its successor forwards, and yields to it",
      covers: ["TCL-077"],
      judges: ["master"],
      on: [partition],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const since = tookOverAt(cluster, facts.traces);
        const there = cluster.requests();
        const late = there.filter(({ time }) => time > since);
        const before = there.some((p) =>
          p.time < since && forwarders(cluster, facts.traces, p).includes(cluster.master!.node)
        );
        return late.length < 2 || !before
          ? inconclusive("no request came to the old master before and after")
          : late;
      },
      judge(facts, late, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(late, "request", (p) => {
          const all = forwarders(cluster, facts.traces, p);
          const { node } = cluster.master!;
          if (!all.includes(node)) return undefined;
          // Between the end of its lease and the silence that makes a successor.
          const lease = cluster.number(node, "lease", 2000) ?? 2000;
          const silence = cluster.number(node, "silence", 3000) ?? 3000;
          return judgeLimit(
            silence - lease,
            Infinity,
            toleranceOf(evidence, node),
            () => fail("the new master alone", all.join(" and "), frameRefs(p)),
          );
        });
      },
    }),
    kit.testCase({
      name: "endpoint/one_master",
      title: "There is one master in each term, and no second one while the first is heard",
      covers: ["TCL-077"],
      judges: ["endpoint"],
      on: [masterDies, partition],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const places = [cluster.master, ...cluster.endpoints];
        const heartbeats = places.flatMap((place) => cluster.messages(place?.inside, "heartbeat"));
        return heartbeats.some(({ member }) => member !== 0)
          ? heartbeats
          : inconclusive("no endpoint became master");
      },
      judge(facts, heartbeats, evidence) {
        const cluster = clusterOf(facts, evidence);
        const hosts = requestsToMaster(cluster).filter(({ source }) =>
          // What an initiator sends again may well meet two masters, one after the other.
          !cluster.initiators.some(({ outsideAddresses }) => outsideAddresses.includes(source))
        );
        return gravest(
          gravestOf(heartbeats, "heartbeat", (message) => {
            const other = heartbeats.find((m) =>
              m.term === message.term && m.member !== message.member
            );
            return other && fail(
              "one master in each term",
              `members ${message.member} and ${other.member} in term ${message.term}`,
              frameRefs(message, other),
            );
          }),
          gravestOf(cluster.endpoints, "endpoint", (endpoint) => silentBefore(cluster, endpoint)),
          hosts.length === 0 ? undefined : gravestOf(hosts, "request", (p) => {
            const all = forwarders(cluster, facts.traces, p);
            return all.length > 1
              ? fail("one forwarder", all.join(" and "), frameRefs(p))
              : undefined;
          }),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "never_yields",
      title: "Goes on whoever else is master",
      role: "master",
      violates: "TCL-077",
      rules: {
        master: {
          mayForward: () => true,
          yieldsTo: () => false,
          inService: ({ registered }) => registered,
        },
      },
    }),
    kit.mutant({
      name: "elects_itself",
      title: "Is master by its own vote, and at any time",
      role: "endpoint",
      violates: "TCL-077",
      alsoViolates: ["TCL-075", "TCL-076", "TCL-078"],
      rules: {
        endpoint: {
          claims: () => true,
          isElected: () => true,
        },
      },
    }),
  ],
};

/** Fails for an endpoint that becomes master while it hears the first one. */
function silentBefore(cluster: Cluster, { node, member, inside }: EndpointPlace) {
  const heartbeats = cluster.messages(inside, "heartbeat");
  const own = heartbeats.find((m) => m.member === member);
  const heard = heartbeats.findLast((m) =>
    m.member === 0 && own !== undefined && m.time < own.time
  );
  if (own === undefined || heard === undefined) return undefined;
  const lease = cluster.number(node, "lease", 2000);
  if (lease === undefined) return undefined;
  const silent = (own.time - heard.time) * 1000;
  return judgeLimit(
    lease,
    lease - silent,
    toleranceOf(cluster.evidence, node),
    () =>
      fail(
        `${lease} ms of silence of the master first`,
        `${Math.round(silent)} ms`,
        frameRefs(heard, own),
      ),
  );
}
