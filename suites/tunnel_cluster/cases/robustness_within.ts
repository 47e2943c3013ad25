/** TCL-082: what master and NAT have to bear. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { badInput, badReports, flood } from "../scenarios/bad_input.ts";
import { kit } from "../vocabulary.ts";
import { afterwards, badAt, fragmentsAt, isBad, served } from "./bad_messages.ts";
import { choicesByLoad, least } from "../facts/choices.ts";
import { isEmpty, isThere, PACKETS } from "./packet_rules.ts";

/** Malformed messages of the cluster that the scenario sends at least. */
export const MALFORMED = 8;
/** Requests at once that are a flood. */
const FLOOD = 300;

/** A cluster message of any version as one of version 1; L2TP as it is. */
export function anyVersion(packet: Uint8Array): Uint8Array {
  if (packet[0] >> 4 !== 2) return packet;
  const out = packet.slice();
  out[0] = 0x10 | out[0] & 15;
  return out;
}

/** Master and NAT. */
export const ROBUSTNESS_WITHIN: Section<TunnelClusterOverrides> = {
  title: "Robustness of master and NAT",
  checks: [
    kit.testCase({
      name: "master/bad_input",
      title:
        "Bad messages are not forwarded, fragments stay together, and requests are served afterwards",
      covers: ["TCL-082"],
      judges: ["master"],
      on: [badInput],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { master, masterAddress } = cluster;
        const bad = badAt(cluster, master?.outside, [masterAddress]);
        if (isInconclusive(bad)) return bad;
        const before = cluster.forwarded().filter(({ time }) => time < bad[0].time);
        if (before.length === 0) return inconclusive("no request was forwarded before");
        if (new Set(before.map(({ destination }) => destination)).size > 1) {
          return inconclusive("requests went to several endpoints before");
        }
        const fragments = fragmentsAt(cluster, master?.outside);
        if (isInconclusive(fragments)) return fragments;
        const later = afterwards(cluster, bad[0].time, fragments.at(-1)!.time);
        return isInconclusive(later) ? later : { fragments, later };
      },
      judge(facts, { fragments, later }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const sent = cluster.facts.fragments.filter(({ tap }) =>
          cluster.master!.inside.includes(tap)
        );
        const places = Map.groupBy(sent, ({ destination }) => destination);
        const together = places.size > 0 &&
          [...places.values()].every(({ length }) => length === fragments.length);
        return gravest(
          isEmpty(cluster.at(cluster.master?.inside, isBad), "bad messages discarded"),
          together ? undefined : fail(
            `${fragments.length} fragments to one endpoint`,
            `${sent.length} to ${[...places.keys()].join(", ") || "nobody"}`,
            frameRefs(...fragments, ...sent),
          ),
          served(cluster, later),
        );
      },
    }),
    kit.testCase({
      name: "master/bad_reports",
      title: "Messages of the cluster that are malformed, or of another version, change no choice",
      covers: ["TCL-082"],
      judges: ["master"],
      on: [badReports],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const sent = cluster.facts.malformed.filter(({ tap }) =>
          cluster.master?.inside.includes(tap)
        );
        if (sent.length < MALFORMED) return inconclusive(`${sent.length} bad messages came`);
        const found = choicesByLoad(cluster);
        if (isInconclusive(found)) return found;
        const before = found.filter(({ packet }) => packet.time < sent[0].time);
        const after = found.filter(({ packet }) => packet.time > sent[0].time);
        if (before.length === 0 || after.length === 0) {
          return inconclusive("no requests were forwarded before and after the bad messages");
        }
        return least(before).verdict === "pass"
          ? { after }
          : inconclusive("the choice did not follow the loads before either");
      },
      judge: (_, { after }) => least(after),
    }),
    kit.testCase({
      name: "master/flood",
      title: "In a flood each request goes to one endpoint, and one that comes later is served",
      covers: ["TCL-082"],
      judges: ["master"],
      on: [flood],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const own = cluster.initiators.flatMap(({ outsideAddresses }) => outsideAddresses);
        const asked = cluster.requests();
        const strange = asked.filter(({ source }) => !own.includes(source));
        if (strange.length < FLOOD) return inconclusive(`${strange.length} requests came at once`);
        const before = cluster.forwarded().some(({ time }) => time < strange[0].time);
        const [late] = cluster.requests().filter((p) =>
          own.includes(p.source) && p.time > strange.at(-1)!.time
        );
        if (!before) return inconclusive("no request was forwarded before");
        return late === undefined ? inconclusive("no request came later") : { asked, late };
      },
      judge(facts, { asked, late }, evidence) {
        const forwarded = clusterOf(facts, evidence).forwarded();
        return gravest(
          forwarded.length >= asked.length ? undefined : fail(
            `${asked.length} forwarded`,
            `${forwarded.length}`,
            frameRefs(asked[0], ...forwarded.slice(0, 2)),
          ),
          isThere(
            forwarded.filter(({ source, time }) => source === late.source && time >= late.time),
            "the last request forwarded",
            late,
          ),
        );
      },
    }),
    kit.testCase({
      name: "nat/bad_input",
      title: "What no tunnel has made a row for is not translated, from outside or inside",
      covers: ["TCL-082"],
      judges: ["nat"],
      on: [badInput],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { nat } = cluster;
        const came = badAt(cluster, nat?.outside, nat?.outsideAddresses ?? []);
        if (isInconclusive(came)) return came;
        const strangers = [...new Set(came.map(({ source }) => source))];
        const left = badAt(cluster, nat?.inside, strangers);
        if (isInconclusive(left)) return left;
        const later = afterwards(cluster, came[0].time, left.at(-1)!.time);
        return isInconclusive(later) ? later : { strangers, later };
      },
      judge(facts, { strangers, later }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { nat } = cluster;
        return gravest(
          isEmpty(
            cluster.at(nat?.inside, (p) => strangers.includes(p.source) && isBad(p)),
            "nothing from outside",
          ),
          isEmpty(
            cluster.at(nat?.outside, (p) => nat!.outsideAddresses.includes(p.source) && isBad(p)),
            "nothing from inside",
          ),
          served(cluster, later),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "parts_fragments",
      title: "Knows no fragments but the first",
      role: "master",
      violates: "TCL-082",
      rules: {
        master: { fragmentKey: (source) => `${source} ${Math.random()}` },
      },
    }),
    kit.mutant({
      name: "forwards_unreadable",
      title: "Forwards what it cannot read",
      role: "master",
      violates: "TCL-082",
      alsoViolates: ["TCL-011", "TCL-012"],
      rules: {
        master: { forwards: (type, tunnelId) => type === -1 || type === 1 && tunnelId === 0 },
      },
    }),
    kit.mutant({
      name: "any_report",
      title: "Reads messages of any version",
      role: "master",
      violates: "TCL-082",
      alsoViolates: ["TCL-053", "TCL-060"],
      rules: {
        wire: { ingress: anyVersion },
      },
    }),
    kit.mutant({
      name: "overwhelmed",
      title: "Serves fifty initiators",
      role: "master",
      violates: "TCL-082",
      alsoViolates: ["TCL-004", "TCL-005"],
      rules: {
        master: { serves: (_, known) => known < 50 },
      },
    }),
    kit.mutant({
      name: "translates_anything",
      title: "Makes a row for whatever leaves",
      role: "nat",
      violates: "TCL-082",
      alsoViolates: ["TCL-032", "TCL-051", "TCL-088"],
      rules: {
        nat: { createsMapping: () => true },
      },
    }),
  ],
};
