/** Checks of group G: how load is shared. */
import type { Evidence } from "../../kit/evidence.ts";
import { judgeLimit, judgeUnaware, toleranceOf } from "../../kit/lateness.ts";
import type { L2tpPacket } from "../facts/packets.ts";
import {
  all,
  clusterCheck,
  configOf,
  ENDPOINTS,
  fail,
  inconclusive,
  localAddress,
  pass,
  refs,
  type View,
} from "./view.ts";

/** The number of the endpoint that a request was forwarded to; 0 for nobody. */
const chosen = (p: L2tpPacket | undefined) =>
  ENDPOINTS.find((n) => localAddress(n) === p?.destination) ?? 0;

/** The load of a member as last reported before a moment, in hundredths of a per cent. */
const loadAt = (v: View, n: number, time: number) =>
  v.loads(n).filter((report) => report.time < time).at(-1)?.load;

/** Milliseconds for which all loads had been reported as they were at a moment. */
function knownFor(v: View, time: number): number {
  const since = ENDPOINTS.map((n) => {
    const before = v.loads(n).filter((report) => report.time < time);
    const other = before.findLastIndex(({ load }) => load !== before.at(-1)!.load);
    return before[other + 1]?.time ?? time;
  });
  return (time - Math.max(...since)) * 1000;
}

/** The declared depth and drain of a bucket. */
function bucketOf(evidence: Evidence): { depth: number; drain: number } {
  const { bucket } = configOf(evidence, "master") as { bucket?: { depth: number; drain: number } };
  return bucket ?? { depth: 4, drain: 250 };
}

/** The checks of this group, besides the worked example. */
export const LOAD_SHARING_CHECKS = [
  clusterCheck(
    "latest_report",
    "Each choice follows the latest reports",
    ["TCL-055"],
    "master",
    ["nat/changing_loads"],
    (v, evidence) => {
      const forwarded = v.forwarded();
      if (forwarded.length < 2) return inconclusive("not two requests were forwarded");
      for (const packet of forwarded) {
        const known = ENDPOINTS.map((n) => loadAt(v, n, packet.time));
        if (known.includes(undefined)) return inconclusive("an endpoint sent no report");
        const least = Math.min(...known as number[]);
        if (known[chosen(packet) - 1] === least) continue;
        return judgeUnaware(
          knownFor(v, packet.time),
          toleranceOf(evidence, "master"),
          () => fail(`an endpoint of load ${least}`, `endpoint ${chosen(packet)}`, refs(packet)),
        );
      }
      const two = new Set(forwarded.map(chosen)).size > 1;
      return all(two ? undefined : inconclusive("the reports did not change who has the least"));
    },
  ),
  clusterCheck(
    "stale_report",
    "A report that is older than the declared age draws no request",
    ["TCL-056"],
    "master",
    ["nat/endpoint_fails"],
    (v, evidence) => {
      const silence = Number(configOf(evidence, "master").silence ?? 3000) / 1000;
      const last = v.loads(3).at(-1), asked = v.requests()[0];
      if (last === undefined || asked === undefined) {
        return inconclusive("no report, or no request");
      }
      const others = [1, 2].map((n) => loadAt(v, n, asked.time) ?? 0);
      if (asked.time - last.time < silence || others.some((load) => load <= last.load)) {
        return inconclusive("the last report of endpoint 3 is not old, or not the least");
      }
      const wrong = v.each(
        v.forwarded(),
        "forwarded request",
        "an endpoint that still reports",
        (p) => chosen(p) === 1 || chosen(p) === 2,
      );
      if (wrong?.verdict !== "fail") return all(wrong);
      const stale = (asked.time - last.time - silence) * 1000;
      return judgeUnaware(stale, toleranceOf(evidence, "master"), () => wrong);
    },
  ),
  clusterCheck(
    "equal_loads",
    "Of equal loads the one with the lowest member number is chosen",
    ["TCL-057"],
    "master",
    ["nat/equal_loads"],
    (v, evidence) => {
      const packet = v.forwarded()[0];
      if (packet === undefined) return inconclusive("no request was forwarded");
      const known = ENDPOINTS.map((n) => loadAt(v, n, packet.time));
      if (new Set(known).size !== 1) return inconclusive(`the loads were ${known.join(", ")}`);
      if (chosen(packet) === 1) return pass;
      return judgeUnaware(
        knownFor(v, packet.time),
        toleranceOf(evidence, "master"),
        () => fail("endpoint 1", `endpoint ${chosen(packet)}`, refs(packet)),
      );
    },
  ),
  clusterCheck(
    "round_robin",
    "Requests go to the endpoints in turn",
    ["TCL-058"],
    "master",
    ["nat/round_robin"],
    (v) => {
      const forwarded = v.forwarded(), turns = forwarded.map(chosen);
      if (forwarded.length < 9) return inconclusive(`${forwarded.length} requests were forwarded`);
      const wrong = turns.findIndex((n, i) => i > 0 && n !== turns[i - 1] % ENDPOINTS.length + 1);
      return all(
        wrong < 0
          ? undefined
          : fail("1, 2, 3 and again", turns.join(", "), refs(...forwarded.slice(0, wrong + 1))),
      );
    },
  ),
  clusterCheck(
    "leaky_bucket",
    "No endpoint gets more than its bucket holds, nor faster than it drains",
    ["TCL-059"],
    "master",
    ["nat/leaky_bucket"],
    (v, evidence) => {
      const { depth, drain } = bucketOf(evidence), tolerance = toleranceOf(evidence, "master");
      const asked = v.requests(), forwarded = v.forwarded();
      const burst = asked.filter((p) => p.time < asked[0].time + drain / 2000);
      if (burst.length <= depth * ENDPOINTS.length || asked.length === burst.length) {
        return inconclusive("there was no burst with requests behind it");
      }
      for (const n of ENDPOINTS) {
        let level = 0, before = 0;
        for (const packet of forwarded.filter((p) => chosen(p) === n)) {
          level = Math.max(0, level - (packet.time - before) * 1000 / drain) + 1;
          before = packet.time;
          // The tap shows when a request left, a moment after the master decided.
          const excess = (level - depth) * drain;
          const early = judgeLimit(
            drain,
            excess,
            tolerance,
            () => fail(`at most ${depth}`, `${level}`, refs(packet)),
          );
          if (early !== undefined) return early;
        }
      }
      const early = forwarded.filter((p) => p.time < asked[0].time + drain / 2000);
      const full = depth * ENDPOINTS.length;
      const later = forwarded.length > early.length;
      return all(
        early.length < full
          ? judgeLimit(
            drain / 2,
            Infinity,
            tolerance,
            () => fail(`${full} of the burst`, `${early.length}`, refs(...early)),
          )
          : undefined,
        later ? undefined : fail("requests again once it drained", "none", refs(asked.at(-1))),
      );
    },
  ),
  clusterCheck(
    "reports_load",
    "Every endpoint reports its load in each period",
    ["TCL-054"],
    "endpoint",
    ["nat/changing_loads"],
    (v, evidence) => {
      const period = Number(configOf(evidence, "endpoint1").period ?? 1000) / 1000;
      const heard = v.messages("lan-m", "register");
      if (heard.length === 0) return inconclusive("no endpoint registered");
      const ends = Math.max(...v.messages("lan-m", "heartbeat").map(({ time }) => time));
      for (const n of ENDPOINTS) {
        const times = [...v.reports(n).map(({ time }) => time), ends];
        const longest = Math.max(...times.map((time, i) => time - (times[i - 1] ?? time)));
        const broken = () =>
          fail(`a report in each ${period} s`, `endpoint ${n} sent ${times.length - 1}`);
        if (times.length <= 2) return broken();
        const most = 3 * period * 1000, excess = longest * 1000 - most;
        const late = judgeLimit(most, excess, toleranceOf(evidence, `endpoint${n}`), broken);
        if (late !== undefined) return late;
      }
      return all();
    },
  ),
];
