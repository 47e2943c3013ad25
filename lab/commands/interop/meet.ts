/** Lets two devices meet: a run of its own for each pair. */
import { mkdirSync } from "node:fs";
import { type Plan, profileHash } from "../../../suites/engine/plan.ts";
import { writeTextInside } from "../../../suites/engine/run_files.ts";
import { several } from "../../../suites/kit/narration.ts";
import { join } from "../../../suites/kit/paths.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import type { Interop, Pair } from "../../../suites/report/interop/model.ts";
import type { Report } from "../../../suites/report/model.ts";
import { writeRun } from "../../../suites/report/write.ts";
import { projectSuite } from "../../../suites/registry.ts";
import type { World } from "../../worlds/world.ts";
import { carryOut } from "../carry_out.ts";
import { concludes } from "../finish.ts";
import { type PreflightResult, preflightSentence } from "../preflight.ts";
import { scenariosOfPlan } from "../run_plan.ts";
import { atFault } from "./at_fault.ts";
import { type Meeting, placeOf } from "./pairs.ts";

/** How two devices are to meet. */
export interface MeetingOptions {
  matrix: Interop;
  /** Directory of the matrix. */
  directory: string;
  /** What the preflight of all devices came to. */
  probed: readonly PreflightResult[];
  jobs: number;
}

/** What is said of a pair in any case. */
function common({ suite, roles, devices }: Meeting): Omit<Pair, "state"> {
  return { suite: suite.name, roles, devices: [devices[0].name, devices[1].name] };
}

/** A pair that cannot be. */
export function unsupported(meeting: Meeting): Pair {
  return { ...common(meeting), state: "unsupported", reason: meeting.reason! };
}

/** A pair that can be, and that nobody let meet. */
export function notMet(meeting: Meeting, reason: string): Pair {
  const { length: scenarios } = meeting.planned;
  return { ...common(meeting), state: "not_run", reason, scenarios, run: placeOf(meeting) };
}

/** Puts two devices through what is asked of them together, and writes the run of the pair. */
export async function letMeet(
  meeting: Meeting,
  world: World,
  { matrix, directory, probed, jobs }: MeetingOptions,
): Promise<Pair> {
  const { suite, planned, profiles, pair } = meeting;
  const run = placeOf(meeting), place = join(directory, run);
  const { plumbline, commit, kernel, command, seed, selection } = matrix;
  const started = new Date();
  const plan: Plan = {
    ...{ schema: 1, plumbline, commit, kernel, started: started.toISOString(), command, seed },
    ...{ world: world.name, suites: [suite.name], selection: { ...selection, pair } },
    devices: profiles.map((profile) => ({ sha256: profileHash(profile), profile })),
    scenarios: scenariosOfPlan(planned, seed),
  };
  mkdirSync(place, { recursive: true });
  writeTextInside(place, "plan.json", JSON.stringify(plan, null, 1) + "\n");
  const dead = probed.filter(({ problem, ...result }) => problem !== undefined && isOf(result))
    .map(preflightSentence);
  const finished = await carryOut(world, {
    ...{ plan, planned, directory: place, jobs, started: started.getTime(), dead, quiet: true },
  });
  const report = concludes(finished);
  await writeRun(place, report, profiles, { suiteOf: projectSuite });
  return await pairOf({ ...common(meeting), run, scenarios: planned.length }, report, suite, place);

  function isOf({ suite: one, device, role }: Omit<PreflightResult, "problem">): boolean {
    return one === suite &&
      profiles.some((profile, i) => profile === device && meeting.roles[i] === role);
  }
}

/** What a pair came to. @param place The run directory of the pair. */
export async function pairOf(
  base: Omit<Pair, "state">,
  report: Report,
  suite: Suite,
  place: string,
): Promise<Pair> {
  const kinds = new Map(suite.checks.map(({ id, kind }) => [id, kind]));
  const failed = report.suites.flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict === "fail");
  const failures: Pair["failures"] = [];
  for (const check of failed) {
    const { id, title, covers, level, expected = "", actual = "", evidence, frames = [] } = check;
    failures.push({
      ...{ check: id, title, covers, level, expected, actual, evidence, frames },
      ...await atFault(check, kinds.get(id), base.roles, place),
    });
  }
  return {
    ...base,
    state: "judged",
    verdict: VERDICTS[report.conclusion],
    totals: report.totals,
    ...(report.conclusion === "inconclusive" ? { reason: whyOpen(report) } : {}),
    ...(failures.length === 0 ? {} : { failures }),
  };
}

/** Why most of what a pair owes could not be judged. */
function whyOpen({ suites }: Report): string {
  const open = suites.flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict === "inconclusive");
  const reasons = [...Map.groupBy(open, ({ reason }) => reason ?? "").entries()]
    .sort((a, b) => b[1].length - a[1].length).map(([reason]) => reason);
  const more = reasons.length - 1;
  if (reasons.length === 0) return "nothing required was shown";
  return more > 0 ? `${reasons[0]}; and ${several(more, "more reason")}` : reasons[0];
}

const VERDICTS: Record<Report["conclusion"], NonNullable<Pair["verdict"]>> = {
  ...{ conformant: "pass", no_fault_found: "pass", not_conformant: "fail", fault_found: "fail" },
  ...{ inconclusive: "inconclusive", error: "error" },
};
