/** Endpoints that fall silent: others serve, or nobody does (L37-L39, D4-14). */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravest,
  gravestOf,
  inconclusive,
  isInconclusive,
  tooLateToTell,
} from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { masterTolerance, silenceOf } from "../facts/load_reports.ts";
import { endpointFails, noneInService } from "../scenarios/management.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Members that had fallen silent when a request came, for as long as is declared. */
function silentAt(cluster: Cluster, { time }: L2tpPacket, tolerance: number): number[] {
  const silence = silenceOf(cluster);
  if (silence === undefined) return [];
  const age = (silence + tolerance) / 1000;
  return [...cluster.localAddresses.keys()].filter((member) => {
    const last = cluster.messages(cluster.master?.inside)
      .findLast((m) => m.member === member && m.time < time);
    return last !== undefined && time - last.time > age;
  });
}

/**
 * Requests at which some members had fallen silent for longer than the lab may have been late.
 * @param test Looks at the members that had, and says whether the request is one of those looked for.
 */
function whileSilent(
  cluster: Cluster,
  what: string,
  test: (silent: readonly number[]) => boolean,
) {
  const tolerance = masterTolerance(cluster);
  const find = (tolerance: number) =>
    cluster.requests().map((request) => ({
      request,
      silent: silentAt(cluster, request, tolerance),
    }))
      .filter(({ silent }) => test(silent));
  const found = find(tolerance);
  return found.length === 0 && find(0).length > 0
    ? tooLateToTell(
      `the lab was up to ${Math.ceil(tolerance)} ms late: silence may not have been noticed yet`,
    )
    : some(found, what);
}

/** What a master breaks that keeps on counting with endpoints that are gone. */
const OF_THE_DEAD = ["TCL-056", "TCL-061", "TCL-064", "TCL-080"] as const;

/** Endpoints that fail. */
export const ENDPOINT_FAILURE: Section<TunnelClusterOverrides> = {
  title: "Endpoints that fail",
  checks: [
    kit.testCase({
      name: "master/none_in_service",
      title: "With no endpoint in service nothing is forwarded, and later it is",
      covers: ["TCL-064"],
      judges: ["master"],
      on: [noneInService],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = whileSilent(
          cluster,
          "request while all were silent",
          ({ length }) => length > 0 && length === cluster.localAddresses.size,
        );
        if (isInconclusive(found)) return found;
        const asked = found.map(({ request }) => request);
        const back = cluster.messages(cluster.master?.inside).find((m) =>
          m.load >= 0 && m.time > asked[0].time
        );
        if (back === undefined) return inconclusive("no endpoint came back");
        const later = cluster.requests().find(({ time }) => time > back.time);
        return later === undefined
          ? inconclusive("no request came after an endpoint was back")
          : { asked, back, later };
      },
      judge(facts, { asked, back, later }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const early = cluster.forwarded().find((p) =>
          p.time >= asked[0].time && p.time < back.time
        );
        const place = cluster.localAddresses.get(back.member);
        const there = cluster.forwarded().some((p) =>
          p.destination === place && p.time > back.time
        );
        return gravest(
          early && fail(
            "nothing while no endpoint is in service",
            formatPacket(early),
            frameRefs(asked[0], early),
          ),
          there
            ? undefined
            : fail("the endpoint that came back", "nothing", frameRefs(back, later)),
        );
      },
    }),
    kit.testCase({
      name: "master/endpoint_failed",
      title: "When an endpoint has failed, another is given the request",
      covers: ["TCL-080"],
      judges: ["master"],
      on: [endpointFails],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (cluster.stimuli("link").length > 0 || cluster.stimuli("kill").length > 0) {
          return inconclusive("the master may have been cut off");
        }
        return whileSilent(
          cluster,
          "request while an endpoint was silent and others were not",
          ({ length }) => length > 0 && length < cluster.localAddresses.size,
        );
      },
      judge(facts, found, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(found, "request", ({ request, silent }) => {
          const sent = cluster.forwarded().filter((p) =>
            p.source === request.source && p.sourcePort === request.sourcePort &&
            p.time >= request.time
          );
          const gone = sent.find((p) => silent.includes(cluster.memberAt(p.destination) ?? -1));
          const served = sent.some((p) => cluster.memberAt(p.destination) !== undefined);
          return gravest(
            gone && fail(
              "an endpoint that is in service",
              `endpoint ${cluster.memberAt(gone.destination)}`,
              frameRefs(request, gone),
            ),
            served
              ? undefined
              : fail("an endpoint that is in service", "none", frameRefs(request, ...sent)),
          );
        });
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "soon_takes_for_dead",
      title: "Takes an endpoint for dead after a third of the declared silence",
      role: "master",
      violates: "TCL-053",
      alsoViolates: ["TCL-055", "TCL-060", "TCL-064"],
      rules: {
        master: {
          inService: ({ registered, reportedAt }, now, silence) =>
            registered && now - reportedAt <= silence / 3,
        },
      },
    }),
    kit.mutant({
      name: "dead_endpoints",
      title: "Takes every endpoint to be in service",
      role: "master",
      violates: "TCL-064",
      alsoViolates: OF_THE_DEAD,
      rules: {
        master: { inService: () => true },
      },
    }),
    kit.mutant({
      name: "keeps_the_dead",
      title: "Keeps an endpoint in service that is silent",
      role: "master",
      violates: "TCL-080",
      alsoViolates: OF_THE_DEAD,
      rules: {
        master: { inService: () => true },
      },
    }),
  ],
};
