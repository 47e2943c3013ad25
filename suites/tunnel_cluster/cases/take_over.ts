/** Take-over: the master fails (L161, D4-13). */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
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
import {
  choicesOf,
  forwarders,
  livesOn,
  requestsToMaster,
  speaks,
  successorOf,
} from "../facts/succession.ts";
import { longestGap } from "../facts/periods.ts";
import { silenceOf } from "../facts/load_reports.ts";
import { tunnelsOfEndpoints } from "../facts/tunnels.ts";
import { equalPriorities, masterDies, masterFails } from "../scenarios/take_over.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS, PACKETS_AND_TRACES } from "./packet_rules.ts";

/** Milliseconds within which an endpoint has the master address, where nothing else is declared. */
const DECLARED = 3000;

/** Lateness of all endpoints of a lab. */
export const toleranceOfAll = ({ evidence, endpoints }: Cluster) =>
  toleranceOf(evidence, ...endpoints.map(({ node }) => node));

/** Whether the master was ended by the scenario. */
const masterDied = (cluster: Cluster) =>
  cluster.master !== undefined && cluster.stimuli("kill", cluster.master.node).length > 0;

/** Tunnels that stood before the master was missed, and were spoken in once everybody had. */
function standing(cluster: Cluster, lastHeard: number) {
  const silence = (silenceOf(cluster) ?? 3000) / 1000;
  const from = lastHeard + silence + toleranceOfAll(cluster) / 1000;
  const found = tunnelsOfEndpoints(cluster)
    .filter((tunnel, _, all) =>
      tunnel.reply.time < from && speaks(tunnel, from) &&
      // Two tunnels of one Tunnel ID cannot be told apart.
      !all.some(({ place, reply }) =>
        reply !== tunnel.reply && place === tunnel.place &&
        reply.assigned === tunnel.reply.assigned
      )
    )
    .map((tunnel) => ({ tunnel, from }));
  return some(found, "HELLO in a tunnel that stood before the silence of the master was noticed");
}

/** Ends its tunnels when the master has been silent for long. */
const DROPS: TunnelClusterOverrides = {
  endpoint: { keepsTunnels: (silent, silence) => silent <= silence },
};

/** The master fails. */
export const TAKE_OVER: Section<TunnelClusterOverrides> = {
  title: "Take-over when the master fails",
  checks: [
    kit.testCase({
      name: "endpoint/takes_over",
      title: "An endpoint has the master address within the declared time, and serves requests",
      covers: ["TCL-075"],
      judges: ["endpoint"],
      on: [masterDies, equalPriorities],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const last = cluster.messages(cluster.master?.inside, "heartbeat").at(-1);
        if (!masterDied(cluster)) return inconclusive("the master did not die");
        return last === undefined ? inconclusive("the master was not heard before it died") : last;
      },
      judge(facts, last, evidence) {
        const cluster = clusterOf(facts, evidence);
        const [killed] = cluster.stimuli("kill", cluster.master!.node);
        const moves = cluster.stimuli("address_moved").filter(({ at }) => at >= killed.at);
        const [moved] = moves;
        const declared = cluster.number(cluster.endpoints[0].node, "takeOverWithin", DECLARED) ??
          Infinity;
        if (moved === undefined) {
          return fail(`the master address within ${declared} ms`, "never", frameRefs(last));
        }
        const late = moved.at - killed.at;
        // Who was elected first may have to give way to the next.
        const holders = cluster.endpoints.filter(({ node }) => moves.some(({ to }) => to === node));
        const came = requestsToMaster(cluster, holders.flatMap(({ outside }) => outside));
        return gravest(
          judgeLimit(
            declared,
            late - declared,
            toleranceOfAll(cluster),
            () => fail(`within ${declared} ms`, `after ${late} ms`, frameRefs(last, came[0])),
          ),
          came.length === 0 ? inconclusive("no request came to the new master") : undefined,
          came.length === 0 || came.some((p) => forwarders(cluster, facts.traces, p).length > 0)
            ? undefined
            : fail("a request served", "none", frameRefs(...came.slice(0, 4))),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/tunnels_live_on",
      title: "Tunnels live through the death of the master, between the addresses that they had",
      covers: ["TCL-076"],
      judges: ["endpoint"],
      on: [masterDies],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const last = cluster.messages(cluster.master?.inside, "heartbeat")
          .findLast(({ member }) => member === 0);
        if (!masterDied(cluster)) return inconclusive("the master did not die");
        return last === undefined
          ? inconclusive("the master sent no heartbeat")
          : standing(cluster, last.time);
      },
      judge: (_, found) => gravestOf(found, "tunnel", ({ tunnel, from }) => livesOn(tunnel, from)),
    }),
    kit.testCase({
      name: "endpoint/selects_by_load",
      title: "The new master selects by load, itself among the others",
      covers: ["TCL-078"],
      judges: ["endpoint"],
      on: [masterDies],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const successor = successorOf(cluster, facts.traces);
        if (successor === undefined) return inconclusive("no endpoint became master");
        const [killed] = cluster.stimuli("kill");
        const loads = cluster.stimuli("instruct", successor.node).filter(({ at }) =>
          killed !== undefined && at > killed.at
        ).map(({ instruction }) => instruction as { kind?: string; value?: number })
          .filter(({ kind }) => kind === "load");
        if (killed === undefined || loads.length < 2) {
          return inconclusive("its load did not rise and fall while it was master");
        }
        if (new Set(loads.map(({ value }) => value)).size < 2) {
          return tooLateToTell(
            `${successor.node} took over, and not the endpoint whose load the scenario changes`,
          );
        }
        const found = choicesOf(cluster, facts.traces, successor);
        return found.length < 2
          ? inconclusive(`${found.length} requests were served by then`)
          : { successor, found };
      },
      judge(_, { successor, found }) {
        const others = found.filter(({ chosen }) => chosen !== successor);
        const requests = found.map(({ request }) => request);
        return gravest(
          others.length === 0
            ? fail("others too", "itself alone", frameRefs(...requests))
            : gravestOf(others, "choice", ({ request, chosen, loads }) => {
              const least = Math.min(...loads.map(({ load }) => load));
              const own = loads.find(({ member }) => member === chosen.member);
              return own !== undefined && own.load > least
                ? fail("the least loaded", `endpoint ${chosen.member}`, frameRefs(request, own))
                : undefined;
            }),
          others.length < found.length
            ? undefined
            : fail("itself too", "others alone", frameRefs(...requests)),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/waits_for_master",
      title:
        "Behind a NAT nobody takes over: tunnels live on, requests wait until the master is back",
      covers: ["TCL-079"],
      judges: ["endpoint"],
      on: [masterFails],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (cluster.nat === undefined) return inconclusive("there is no NAT");
        const beats = cluster.messages(cluster.master?.inside, "heartbeat");
        const { evidence: { nodes } } = cluster;
        const told = cluster.master !== undefined && cluster.master.node in nodes &&
          cluster.instructions("fail", cluster.master.node).length > 0;
        if (!told) return inconclusive("the master was not told to be silent");
        const gap = longestGap(beats.map(({ time }) => time));
        if (gap === undefined) return inconclusive("the master did not come back");
        const found = standing(cluster, gap.from);
        if (isInconclusive(found)) return found;
        const back = cluster.initiators.some(({ outside }) =>
          cluster.of(outside, "SCCRP", ({ time }) => time > gap.to).length > 0
        );
        return back ? { gap, found } : inconclusive("nobody was served when the master was back");
      },
      judge(facts, { gap, found }, evidence) {
        const cluster = clusterOf(facts, evidence);
        // Seconds in which what had been forwarded before may still be answered.
        const pending = 1;
        const between = cluster.replies().find(({ reply }) =>
          reply.time > gap.from + pending && reply.time < gap.to
        );
        return gravest(
          gravestOf(found, "tunnel", ({ tunnel, from }) => livesOn(tunnel, from)),
          between && judgeLimit(
            pending * 1000,
            Infinity,
            toleranceOf(evidence, cluster.master!.node, between.endpoint.node),
            () => fail("no reply then", "one", frameRefs(between.reply)),
          ),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "never_stands",
      title: "Never stands for master",
      role: "endpoint",
      violates: "TCL-075",
      rules: {
        endpoint: { claims: () => false },
      },
    }),
    kit.mutant({
      name: "claims_in_step",
      title: "Stands for master again in step with all others of its priority",
      role: "endpoint",
      violates: "TCL-075",
      rules: {
        endpoint: { claimsAgainAfter: (period) => period },
      },
    }),
    kit.mutant({
      name: "drops_tunnels",
      title: "Ends its tunnels with the master",
      role: "endpoint",
      violates: "TCL-076",
      alsoViolates: [
        "TCL-079",
      ],
      rules: DROPS,
    }),
    kit.mutant({
      name: "drops_behind_nat",
      title: "Ends its tunnels with the master",
      role: "endpoint",
      violates: "TCL-079",
      alsoViolates: [
        "TCL-076",
      ],
      rules: DROPS,
    }),
    kit.mutant({
      name: "all_to_itself",
      title: "Sends all requests to itself",
      role: "endpoint",
      violates: "TCL-078",
      rules: {
        master: { recipients: (_, all) => all.slice(0, 1) },
      },
    }),
  ],
  legalVariants: [
    kit.legalVariant({
      name: "claims_again_later",
      title: "Waits twice as long before it stands for master again",
      source: "source 004 L161; D4-13",
      role: "endpoint",
      rules: { endpoint: { claimsAgainAfter: (period, chance) => period * (1 + chance) } },
    }),
    kit.legalVariant({
      name: "stands_later",
      title: "Stands for master a little later",
      source: "source 004 L161; D4-13",
      role: "endpoint",
      rules: {
        endpoint: {
          claims: (silent, patience, priority) => silent > patience + 300 + priority * 250,
        },
      },
    }),
  ],
};
