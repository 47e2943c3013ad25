/** Load sharing: which endpoint a request goes to (L102, L108). */
import { choicesByLoad, differs, least, leastOf } from "../facts/choices.ts";
import type { Member } from "../../../peers/tunnel_cluster/registry.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeUnaware, toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { inEachPeriod } from "../facts/periods.ts";
import { choices, loadsAt, masterTolerance, silenceOf } from "../facts/load_reports.ts";
import { bringUp } from "../scenarios/connection.ts";
import { changingLoads, equalLoads } from "../scenarios/load_sharing.ts";
import { endpointFails } from "../scenarios/management.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** What a choice among equals goes by: only what is declared is asked for (D4-09). */
const TIES: Readonly<Record<string, (members: readonly number[]) => number>> = {
  lowest_member: (members) => Math.min(...members),
  highest_member: (members) => Math.max(...members),
};

/** The load of a member as it was at the first choice, for ever. */
function firstLoad(): (member: Member) => number {
  const first = new WeakMap<Member, number>();
  return (member) => {
    if (!first.has(member)) first.set(member, member.load);
    return first.get(member)!;
  };
}

/** Load sharing by load. */
export const LOAD_SHARING: Section<TunnelClusterOverrides> = {
  title: "Load sharing by load status messages",
  checks: [
    kit.invariant({
      name: "master/lowest_load",
      title: "The third endpoint, where it has the lowest load, gets the request",
      covers: ["TCL-060", "TCL-053"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const found = choicesByLoad(clusterOf(facts, evidence));
        if (isInconclusive(found)) return found;
        return some(
          found.filter((choice) =>
            choice.known.length === 3 && leastOf(choice) === choice.known[2].member
          ),
          "request while the third of three endpoints had the lowest load",
        );
      },
      judge: (_, found) => least(found),
    }),
    kit.invariant({
      name: "master/least_loaded",
      title: "A request goes to an endpoint with the lowest load that the reports show",
      covers: ["TCL-053"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global, changingLoads],
      needs: PACKETS,
      subject(facts, evidence) {
        const found = choicesByLoad(clusterOf(facts, evidence));
        if (isInconclusive(found)) return found;
        return some(found.filter(differs), "request while loads differed");
      },
      judge: (_, found) => least(found),
    }),
    kit.testCase({
      name: "master/latest_report",
      title: "Each choice follows the latest reports",
      covers: ["TCL-055"],
      judges: ["master"],
      on: [changingLoads],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const found = choicesByLoad(clusterOf(facts, evidence));
        if (isInconclusive(found)) return found;
        const clear = found.filter((choice) => leastOf(choice) !== undefined);
        return new Set(clear.map(leastOf)).size > 1
          ? clear
          : inconclusive("the reports did not change who has the least load between requests");
      },
      judge: (_, found) => least(found),
    }),
    kit.testCase({
      name: "master/stale_report",
      title: "A report that is older than the declared age draws no request",
      covers: ["TCL-056"],
      judges: ["master"],
      on: [endpointFails],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (cluster.policy !== "lowest_load") return inconclusive("the policy is not by load");
        const silence = silenceOf(cluster);
        if (silence === undefined) return inconclusive("the profile declares no age of reports");
        const age = silence / 1000;
        const found = choices(cluster).flatMap((packet) => {
          const known = loadsAt(cluster, packet);
          const old = known.filter(({ last, low }) =>
            packet.time - last.time > age &&
            known.some((other) => other.serves && other.low > low)
          );
          return old.length > 0 ? [{ packet, old, age }] : [];
        });
        return some(found, "request while an old report tells of less load than others have");
      },
      judge: (facts, found, evidence) =>
        gravestOf(found, "request", ({ packet, old, age }) => {
          const cluster = clusterOf(facts, evidence);
          const member = cluster.memberAt(packet.destination);
          const stale = old.find((one) => one.member === member);
          if (stale === undefined) return undefined;
          const since = packet.time - stale.last.time - age;
          return judgeUnaware(since * 1000, masterTolerance(cluster), () =>
            fail(
              "an endpoint that still reports",
              `endpoint ${member}`,
              frameRefs(stale.last, packet),
            ));
        }),
    }),
    kit.testCase({
      name: "master/equal_loads",
      title: "Among endpoints of equal load the choice follows the declared rule",
      covers: ["TCL-057"],
      judges: ["master"],
      on: [equalLoads],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = choicesByLoad(cluster);
        if (isInconclusive(found)) return found;
        const tie = cluster.declared(cluster.master!.node, "tie");
        const rule = TIES[String(tie)];
        if (rule === undefined) {
          return inconclusive("the profile's parameters declare no rule for ties");
        }
        const equal = found.filter(({ known }) =>
          known.length > 1 &&
          known.every(({ serves, load, more }) => serves && more === 0 && load === known[0].load)
        );
        return equal.length > 0
          ? { equal, rule }
          : inconclusive("no request came while all loads were equal");
      },
      judge: (_, { equal, rule }) =>
        gravestOf(equal, "request", ({ packet, chosen, known, tolerance }) => {
          const expected = rule(known.map(({ member }) => member));
          if (chosen.member === expected) return undefined;
          // A load that was another a moment ago may still have been so to the master.
          const changed = known.filter(({ low, high }) => low !== high).map(({ last }) =>
            last.time
          );
          const since = packet.time - Math.max(-Infinity, ...changed);
          return judgeUnaware(
            since * 1000,
            tolerance,
            () => fail(`endpoint ${expected}`, `endpoint ${chosen.member}`, frameRefs(packet)),
          );
        }),
    }),
    kit.testCase({
      name: "endpoint/reports_load",
      title: "Every endpoint reports its load in each period",
      covers: ["TCL-054"],
      judges: ["endpoint"],
      on: [changingLoads],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { master } = cluster;
        if (!cluster.isUndisturbed) return inconclusive("an endpoint was told to be silent");
        const heartbeats = cluster.messages(master?.inside, "heartbeat");
        const found = cluster.endpoints.flatMap((endpoint) => {
          const [registered] = cluster.messages(master?.inside, "register")
            .filter(({ member }) => member === endpoint.member);
          const period = (cluster.number(endpoint.node, "period", 1000) ?? Infinity) / 1000;
          const last = heartbeats.at(-1);
          if (registered === undefined || last === undefined) return [];
          // Long enough for some reports.
          return last.time - registered.time > 4 * period
            ? [{ endpoint, registered, period, last }]
            : [];
        });
        return found.length === cluster.endpoints.length
          ? some(found, "registration of an endpoint")
          : inconclusive("not every endpoint was seen to register, and the master for long enough");
      },
      judge(facts, found, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(found, "endpoint", ({ endpoint, registered, period, last }) => {
          const told = cluster.loads(endpoint.member).filter(({ time }) => time < last.time);
          const seen = [registered, ...told.slice(1), last];
          const broken = (end: number) =>
            fail(
              `a report of endpoint ${endpoint.member} in each ${period} s`,
              `${(seen[end].time - seen[end - 1].time).toFixed(1)} s without one`,
              frameRefs(registered, seen[end - 1], seen[end]),
            );
          if (cluster.reports(endpoint.member).length < 2) return broken(seen.length - 1);
          return inEachPeriod(
            seen.map(({ time }) => time),
            period,
            toleranceOf(evidence, endpoint.node),
            broken,
          );
        });
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "highest_load",
      title: "Prefers the highest load",
      role: "master",
      violates: "TCL-060",
      alsoViolates: ["TCL-053", "TCL-055", "TCL-061", "TCL-062", "TCL-063", "TCL-094"],
      rules: {
        master: { prefers: (load, other) => load > other },
      },
    }),
    kit.mutant({
      name: "first_of_all",
      title: "Prefers the endpoint with the lowest number",
      role: "master",
      violates: "TCL-053",
      alsoViolates: ["TCL-055", "TCL-060", "TCL-061", "TCL-062", "TCL-063", "TCL-094"],
      rules: {
        master: { prefers: () => false },
      },
    }),
    kit.mutant({
      name: "first_report",
      title: "Goes by the first report for ever",
      role: "master",
      violates: "TCL-055",
      alsoViolates: ["TCL-053", "TCL-061", "TCL-062", "TCL-063", "TCL-094"],
      rules: {
        master: { loadOf: firstLoad() },
      },
    }),
    kit.mutant({
      name: "any_age",
      title: "Goes by reports of any age",
      role: "master",
      violates: "TCL-056",
      alsoViolates: ["TCL-061", "TCL-064", "TCL-080"],
      rules: {
        master: { inService: ({ registered }) => registered },
      },
    }),
    kit.mutant({
      name: "last_of_equals",
      title: "Takes the last of equal loads",
      role: "master",
      violates: "TCL-057",
      rules: {
        master: { prefers: (load, other) => load <= other },
      },
    }),
    kit.mutant({
      name: "no_reports",
      title: "Reports no load",
      role: "endpoint",
      violates: "TCL-054",
      alsoViolates: ["TCL-082", "TCL-093"],
      rules: {
        endpoint: { reports: () => false },
      },
    }),
  ],
  legalVariants: [
    kit.legalVariant({
      name: "declares_last_of_equals",
      title: "Takes the last of equal loads, and declares so",
      source: "source 004 L102; D4-09",
      role: "master",
      rules: { master: { prefers: (load, other) => load <= other } },
      parameters: { tie: "highest_member" },
    }),
    kit.legalVariant({
      name: "counts_reports_alone",
      title: "Goes by the reports alone, and does not count what it forwarded since",
      source: "source 004 L102",
      role: "master",
      rules: { master: { loadOf: ({ load }) => load } },
    }),
    kit.legalVariant({
      name: "reports_twice",
      title: "Reports its load twice in each period",
      source: "source 004 L102; D4-09",
      role: "endpoint",
      rules: { endpoint: { reportsAfter: (period) => period / 2 } },
    }),
  ],
};
