/** No two masters at a time (D4-13). */
import { ClusterMessage, OFFSET } from "../../../captures/wire/tunnel_cluster.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type EndpointPlace } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { wasElected } from "../facts/cluster_speech.ts";
import { inEachPeriod } from "../facts/periods.ts";
import { forwarders, requestsToMaster, tookOverAt } from "../facts/succession.ts";
import { forgedClaims, masterDies, partition } from "../scenarios/take_over.ts";
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
      on: [masterDies, partition, forgedClaims],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const places = [cluster.master, ...cluster.endpoints];
        const heartbeats = places.flatMap((place) => cluster.messages(place?.inside, "heartbeat"));
        const isAsked = cluster.endpoints.some(({ inside, insideAddresses }) =>
          cluster.messages(inside, "claim").some((m) => insideAddresses.includes(m.destination))
        );
        return isAsked || heartbeats.some(({ member }) => member !== 0) ||
            successors(cluster).length > 0
          ? heartbeats
          : inconclusive("no endpoint became master, and none was asked to let another");
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
          gravestOf(cluster.endpoints, "endpoint", (endpoint) =>
            gravest(
              silentBefore(cluster, endpoint),
              electedBefore(cluster, endpoint),
              votedInSilence(cluster, endpoint),
            )),
          ...successors(cluster).map((endpoint) => isHeard(cluster, endpoint)),
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
      name: "waits_for_no_vote",
      title: "Is master by its own vote once its master is silent",
      role: "endpoint",
      violates: "TCL-077",
      alsoViolates: ["TCL-075", "TCL-078"],
      rules: { endpoint: { isElected: () => true } },
    }),
    kit.mutant({
      name: "votes_at_any_time",
      title: "Votes for a new master though it hears the present one",
      role: "endpoint",
      violates: "TCL-077",
      alsoViolates: ["TCL-091"],
      rules: { endpoint: { votes: (claimed, known) => claimed > known } },
    }),
    kit.mutant({
      name: "silent_master",
      title: "Takes the master address and lets nobody hear of it",
      role: "endpoint",
      violates: "TCL-077",
      alsoViolates: ["TCL-075", "TCL-076", "TCL-078", "TCL-095"],
      rules: {
        wire: {
          egress: (t) =>
            t.port === "cluster" && t.packet[OFFSET.message] === ClusterMessage.heartbeat
              ? []
              : [t],
        },
      },
    }),
    kit.mutant({
      name: "elects_itself",
      title: "Is master by its own vote, and at any time",
      role: "endpoint",
      violates: "TCL-077",
      alsoViolates: ["TCL-075", "TCL-076", "TCL-078", "TCL-090", "TCL-095"],
      rules: {
        endpoint: {
          claims: () => true,
          isElected: () => true,
        },
      },
    }),
  ],
};

/** Endpoints that the master address moved to. */
const successors = (cluster: Cluster) =>
  cluster.endpoints.filter(({ node }) =>
    cluster.stimuli("address_moved").some((moved) => moved.to === node)
  );

/** Fails for an endpoint that has the master address and does not let the others hear of it. */
function isHeard(cluster: Cluster, endpoint: EndpointPlace) {
  const { node, member, inside } = endpoint, said = cluster.messages(inside);
  const own = said.filter((m) => m.member === member);
  const [claim] = own.filter((m) => m.message === ClusterMessage.claim);
  const [first] = own.filter((m) => m.message === ClusterMessage.heartbeat);
  const period = cluster.number(node, "period", 1000), last = said.at(-1);
  if (first === undefined) {
    const shown = claim ?? own[0];
    return shown === undefined
      ? inconclusive(`nothing that ${node} says within the cluster was captured`)
      : fail(`heartbeats of ${node}, which is master`, "none", frameRefs(shown));
  }
  if (period === undefined || last === undefined) return undefined;
  const others = cluster.endpoints.filter((other) => other !== endpoint);
  return gravest(...others.map(({ insideAddresses: [address] }) => {
    const beats = own.filter((m) =>
      m.message === ClusterMessage.heartbeat && m.destination === address
    );
    const seen = [first, ...beats, last];
    return inEachPeriod(
      seen.map(({ time }) => time),
      period / 1000,
      toleranceOf(cluster.evidence, node),
      (end) =>
        fail(
          `heartbeats of ${node} to ${address} in each ${period} ms`,
          `${((seen[end].time - seen[end - 1].time) * 1000).toFixed()} ms without one`,
          frameRefs(seen[end - 1], seen[end]),
        ),
    );
  }));
}

/** Fails for an endpoint that is master without the votes of most. */
function electedBefore(cluster: Cluster, { node, member, inside }: EndpointPlace) {
  const own = cluster.messages(inside, "heartbeat").filter((m) => m.member === member);
  const firsts = own.filter((m, i) => own.findIndex(({ term }) => term === m.term) === i);
  const place = cluster.endpoint(member)!;
  const unelected = firsts.find((first) => !wasElected(cluster, place, first));
  return unelected &&
    fail(`votes of most members for ${node}`, "a heartbeat of it before", frameRefs(unelected));
}

/** Fails for an endpoint that votes while it hears a master. */
function votedInSilence(cluster: Cluster, { node, inside, insideAddresses }: EndpointPlace) {
  const votes = cluster.messages(inside, "vote").filter((m) => insideAddresses.includes(m.source));
  return gravest(...votes.map((vote) => {
    const heard = cluster.messages(inside, "heartbeat").findLast((m) =>
      m.time <= vote.time && m.term < vote.term && insideAddresses.includes(m.destination)
    );
    return heard && judgeSilence(cluster, node, [heard, vote], (lease, silent) => ({
      expected: `no vote of ${node} within ${lease} ms of a heartbeat`,
      actual: `one after ${silent} ms`,
    }));
  }));
}

/** Fails for an endpoint that becomes master while it hears the first one. */
function silentBefore(cluster: Cluster, { node, member, inside }: EndpointPlace) {
  const heartbeats = cluster.messages(inside, "heartbeat");
  const own = heartbeats.find((m) => m.member === member);
  const heard = heartbeats.findLast((m) =>
    m.member === 0 && own !== undefined && m.time < own.time
  );
  if (own === undefined || heard === undefined) return undefined;
  return judgeSilence(cluster, node, [heard, own], (lease, silent) => ({
    expected: `${lease} ms of silence of the master first`,
    actual: `${silent} ms`,
  }));
}

/** Fails for what an endpoint does before its lease has run out since it heard a master. */
function judgeSilence(
  cluster: Cluster,
  node: string,
  [heard, act]: readonly [heard: ClusterPacket, act: ClusterPacket],
  words: (lease: number, silent: number) => { expected: string; actual: string },
) {
  const lease = cluster.number(node, "lease", 2000);
  if (lease === undefined) return undefined;
  const silent = (act.time - heard.time) * 1000;
  return judgeLimit(lease, lease - silent, toleranceOf(cluster.evidence, node), () => {
    const { expected, actual } = words(lease, Math.round(silent));
    return fail(expected, actual, frameRefs(heard, act));
  });
}
