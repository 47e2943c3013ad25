/** TCL-082: what endpoints and initiators have to bear. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, NoMessage } from "../facts/l2tp_packets.ts";
import { badInput, badReplies, badReports, flood } from "../scenarios/bad_input.ts";
import { restartsAfter } from "./restarts.ts";
import { kit } from "../vocabulary.ts";
import {
  afterwards,
  badAt,
  fragmentsAt,
  hasUnknownAvp,
  remembers,
  served,
} from "./bad_messages.ts";
import { isEmpty, isThere, PACKETS } from "./packet_rules.ts";
import { anyVersion, MALFORMED } from "./robustness_within.ts";

const { SCCRP, SCCCN, SCCRQ, StopCCN } = MessageType;

/** How many half-open tunnels an endpoint has room for. */
function halfOpenLimit(cluster: Cluster, node: string): number {
  const lns = cluster.setting(node, "lns") as { halfOpenLimit?: number } | undefined;
  return lns?.halfOpenLimit ?? 1024;
}

/** Endpoints and initiators. */
export const ROBUSTNESS_AT_ENDS: Section<TunnelClusterOverrides> = {
  title: "Robustness of endpoints and initiators",
  checks: [
    kit.testCase({
      name: "endpoint/bad_input",
      title: "Bad messages are discarded, an unknown AVP is refused, fragments are put together",
      covers: ["TCL-082"],
      judges: ["endpoint"],
      on: [badInput],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        for (const endpoint of cluster.endpoints) {
          const { inside, insideAddresses } = endpoint;
          const bad = badAt(cluster, inside, insideAddresses);
          if (isInconclusive(bad)) continue;
          const unknown = cluster.requestsAt(endpoint).find(hasUnknownAvp);
          const fragments = fragmentsAt(cluster, inside);
          if (isInconclusive(fragments)) return fragments;
          const parted = cluster.requestsAt(endpoint).find(({ frame }) =>
            fragments.some((fragment) =>
              fragment.frame.capture === frame.capture && fragment.frame.number === frame.number
            )
          );
          if (unknown === undefined || parted === undefined) {
            return inconclusive("no request with an unknown AVP, or none in fragments, came");
          }
          const later = afterwards(cluster, bad[0].time, fragments.at(-1)!.time);
          if (isInconclusive(later)) return later;
          return { endpoint, bad, unknown, parted, later };
        }
        return inconclusive("no endpoint had bad messages of every kind");
      },
      judge(facts, { endpoint, bad, unknown, parted, later }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const answersTo = (p: { source: string; sourcePort: number }) =>
          cluster.at(
            cluster.tunnelTaps(endpoint),
            (q) =>
              q.destination === p.source && q.destinationPort === p.sourcePort &&
              endpoint.insideAddresses.includes(q.source),
          );
        const refused = answersTo(unknown).filter(({ type }) => type > 0);
        return gravest(
          isEmpty(bad.flatMap(answersTo), "silence"),
          refused.length > 0 && refused.every(({ type }) => type === StopCCN) ? undefined : fail(
            "a StopCCN for the unknown AVP",
            refused.map(formatPacket).join() || "none",
            frameRefs(unknown, ...refused),
          ),
          isThere(
            answersTo(parted).filter(({ type }) => type === SCCRP),
            "an SCCRP to the request in fragments",
            parted,
          ),
          remembers(cluster, endpoint, bad.at(-1)!.time),
          served(cluster, later),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/bad_orders",
      title: "Messages of the cluster that are malformed, or of another version, give no orders",
      covers: ["TCL-082"],
      judges: ["endpoint"],
      on: [badReports],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        for (const { member, inside } of cluster.endpoints) {
          const sent = cluster.facts.malformed.filter(({ tap }) => inside.includes(tap));
          if (sent.length < MALFORMED) continue;
          const since = sent[0].time;
          const before = cluster.reports(member).findLast(({ time }) => time < since);
          if (before === undefined) return inconclusive("the endpoint had sent no report before");
          const later = afterwards(cluster, since, sent.at(-1)!.time);
          if (isInconclusive(later)) return later;
          return { member, sent, since, before, later };
        }
        return inconclusive("no endpoint had many malformed messages of the cluster");
      },
      judge(facts, { member, sent, since, before, later }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const reports = cluster.reports(member).filter(({ time }) => time > since);
        const wrong = reports.find(({ inactive, term }) => inactive || term !== before.term);
        return gravest(
          reports.length === 0
            ? fail("reports to the master", "none", frameRefs(sent[0]))
            : undefined,
          wrong && fail(
            `an active endpoint in term ${before.term}`,
            `${wrong.inactive ? "inactive, " : ""}term ${wrong.term}`,
            frameRefs(sent[0], wrong),
          ),
          remembers(cluster, cluster.endpoint(member)!, sent.at(-1)!.time),
          served(cluster, later),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/flood",
      title: "So many tunnels are half open as there is room for, and there is room again",
      covers: ["TCL-082"],
      judges: ["endpoint"],
      on: [flood],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const own = cluster.initiators.flatMap(({ outsideAddresses }) => outsideAddresses);
        const flooded = cluster.endpoints.map((endpoint) => {
          const limit = halfOpenLimit(cluster, endpoint.node);
          const asked = cluster.requestsAt(endpoint).filter(({ source }) => !own.includes(source));
          return { endpoint, limit, asked, strangers: new Set(asked.map(({ source }) => source)) };
        }).filter(({ asked, limit }) => asked.length > limit);
        if (flooded.length === 0) {
          return inconclusive("every endpoint had room for the requests that came");
        }
        const times = flooded.flatMap(({ asked }) => asked.map(({ time }) => time));
        const later = afterwards(cluster, Math.min(...times), Math.max(...times));
        return isInconclusive(later) ? later : { flooded, later };
      },
      judge(facts, { flooded, later }, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravest(
          gravestOf(flooded, "endpoint", ({ endpoint, limit, strangers }) => {
            const opened = cluster.of(
              cluster.tunnelTaps(endpoint),
              "SCCRP",
              (p) => strangers.has(p.destination),
            );
            const ids = new Set(opened.map(({ assigned }) => assigned));
            // Who was not told a limit has the room that it has.
            const isTold = evidence.nodes[endpoint.node]?.profile.attach.kind === "reference";
            return !isTold || ids.size <= limit ? undefined : fail(
              `${limit} half-open tunnels`,
              `${ids.size}`,
              frameRefs(...opened.slice(0, 4)),
            );
          }),
          served(cluster, later),
        );
      },
    }),
    kit.testCase({
      name: "initiator/bad_replies",
      title: "An SCCRP of another version is ignored, one with an unknown AVP is refused",
      covers: ["TCL-082"],
      judges: ["initiator"],
      on: [badReplies],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        for (const place of cluster.initiators) {
          const came = cluster.at(
            place.outside,
            (p) => place.outsideAddresses.includes(p.destination),
          );
          const other = came.find(({ type }) => type === NoMessage.otherVersion);
          const good = came.find((p) => p.type === SCCRP && !hasUnknownAvp(p));
          const asked = new Set(
            cluster.of(
              place.outside,
              "SCCRQ",
              (p) => place.outsideAddresses.includes(p.source),
            ).map(({ assigned }) => assigned),
          );
          const unknown = came.find((p) =>
            p.type === SCCRP && hasUnknownAvp(p) && asked.has(p.tunnelId) &&
            p.tunnelId !== good?.tunnelId
          );
          if (other === undefined || good === undefined || unknown === undefined) continue;
          if (good.tunnelId > 0 && other.time < good.time && good.time < unknown.time) {
            return { place, other, good, unknown };
          }
        }
        return inconclusive("no SCCRPs of another version, right, and with an unknown AVP came");
      },
      judge(facts, { place, other, good, unknown }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const own = cluster.at(place.outside, (p) => place.outsideAddresses.includes(p.source));
        const last = own.filter(({ type }) => type === SCCCN);
        const early = own.filter((p) =>
          p.time >= other.time && p.time < good.time && p.type !== SCCRQ
        );
        return gravest(
          isEmpty(early, "no word to another version"),
          isThere(last, "an SCCCN to the good reply", good),
          isThere(
            own.filter((p) => p.type === StopCCN && p.time >= unknown.time),
            "a StopCCN",
            unknown,
          ),
          last.length > 1 ? fail("one SCCCN", `${last.length}`, frameRefs(...last)) : undefined,
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "dies_of_another_version",
      title: "Dies of a message of L2TP of another version, and is restarted",
      role: "endpoint",
      violates: "TCL-082",
      rules: restartsAfter((packet) => (packet[1] & 15) === 3),
    }),
    kit.mutant({
      name: "dies_of_a_short_message",
      title: "Dies of a message that ends within its header, and is restarted",
      role: "endpoint",
      violates: "TCL-082",
      rules: restartsAfter((packet) => packet.length < 12),
    }),
    kit.mutant({
      name: "any_order",
      title: "Reads messages of any version",
      role: "endpoint",
      violates: "TCL-082",
      rules: {
        wire: { ingress: anyVersion },
      },
    }),
    kit.mutant({
      name: "answers_versions",
      title: "Answers any version",
      role: "endpoint",
      violates: "TCL-082",
      rules: {
        l2tp: { acceptsVersion: () => true },
      },
    }),
    kit.mutant({
      name: "overlooks_avps",
      title: "Overlooks unknown AVPs",
      role: "endpoint",
      violates: "TCL-082",
      rules: {
        l2tp: { endsOnUnknownAvp: () => false },
      },
    }),
    kit.mutant({
      name: "boundless",
      title: "Has room for any number of half-open tunnels",
      role: "endpoint",
      violates: "TCL-082",
      rules: {
        l2tp: { mayOpenHalf: () => true },
      },
    }),
    kit.mutant({
      name: "overlooks_avps",
      title: "Overlooks unknown AVPs",
      role: "initiator",
      violates: "TCL-082",
      rules: {
        l2tp: { endsOnUnknownAvp: () => false },
      },
    }),
    kit.mutant({
      name: "answers_versions",
      title: "Takes a reply of any version",
      role: "initiator",
      violates: "TCL-082",
      rules: {
        l2tp: { acceptsVersion: () => true },
      },
    }),
  ],
};
