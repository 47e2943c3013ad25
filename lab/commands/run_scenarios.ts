import { type Damage, formatDamage } from "../../suites/engine/integrity/damage.ts";
import { rerunNote, worstLateness } from "../../suites/kit/lateness.ts";
import { join } from "../../suites/kit/paths.ts";
import { judgeEvidence, type JudgeOptions } from "../../suites/engine/judge.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { scopesPlayed } from "../../suites/engine/owed.ts";
import { rolesJudged, type Scope } from "../../suites/engine/scope.ts";
import { inconclusive, type RerunReason } from "../../suites/kit/verdict.ts";
import { escapeControls } from "../../captures/escape.ts";
import type { PlacedCheck } from "../../suites/report/build.ts";
import type { Report } from "../../suites/report/model.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { isVirtual } from "../../suites/kit/world.ts";
import { type Totals, totalsOf } from "../../suites/engine/tally.ts";
import { borrowedBy, kindOf } from "../devices/kinds/registry.ts";
import type { ScenarioRun, World } from "../worlds/world.ts";
import { seedOfRerun, seedOfScenario } from "./run_seed.ts";
import type { PlannedScenario } from "./run_plan.ts";
import type { Progress } from "../terminal/progress.ts";
import { costOf } from "./shard.ts";

/** What a scenario came to: its judgements, and the captures that they rest on. */
export interface Judged {
  suite: Suite;
  checks: PlacedCheck[];
  captures: Report["captures"];
  /** What a reader must know of the scenario besides. */
  note?: string;
  /** Why nobody played it, and by which evidence it is missed. */
  notRun?: { evidence: string; reason: string };
}

/** How to run and judge. */
export interface RunOptions {
  /** Of the run. */
  seed: number;
  /** Run directory. */
  directory: string;
  /** How many scenarios at a time. */
  jobs: number;
  prefix?: string;
  progress: Progress;
  /** What evidence that is there already came to, by its directory: that is not played again. */
  kept?: ReadonlyMap<string, Judged>;
  /** Why nothing more is to be begun after this, as the end of a sentence; undefined to go on. */
  stops?(judged: Judged): string | undefined;
}

/** Where a scenario's checks look for its evidence, and which of them are asked for. */
export interface Unjudged {
  suite: Suite;
  /** Its id. */
  scenario: string;
  evidence: string;
  scopes: readonly Scope[];
  prefix?: string;
}

/** What is known of a scenario that left no evidence: every check of it is inconclusive. */
export function unjudged(
  { suite, scenario, evidence, scopes, prefix = "" }: Unjudged,
  reason: string,
): Judged {
  const played = rolesJudged(suite, scenario, scopes);
  const checks = suite.checks.filter(({ id, on }) => id.startsWith(prefix) && on.includes(scenario))
    .map((check) => ({
      ...{ check, outcome: inconclusive(reason), scenario, evidence, durationMs: 0 },
      roles: check.judges.filter((role) => played.includes(role)),
    })).filter(({ roles }) => roles.length > 0);
  return { suite, checks, captures: [] };
}

/** What is known of planned scenarios that nobody ran. */
export function notRun(
  planned: readonly PlannedScenario[],
  reason: string,
  prefix?: string,
): Judged[] {
  return planned.map(({ suite, scenario: { id: scenario }, profiles, evidence }) => {
    const scopes = scopesPlayed(suite, scenario, profiles);
    const judged = unjudged({ suite, scenario, evidence, scopes, prefix }, notRunSentence(reason));
    return { ...judged, notRun: { evidence, reason } };
  });
}

/** What is said of a check whose scenario nobody ran. */
export function notRunSentence(reason: string): string {
  return `it was not run: ${reason}`;
}

/** Scenarios one after another that a device under test may fail to begin before a run is given up. */
const GIVEN_UP = 3;

/**
 * Runs each planned scenario, judges its evidence at once, and keeps the order of the plan. A scenario
 * of a real world of which lateness left something open is run again by itself, once, in the end.
 */
export async function runScenarios(
  world: World,
  planned: readonly PlannedScenario[],
  options: RunOptions,
): Promise<Judged[]> {
  const judged = planned.map(({ evidence }) => options.kept?.get(evidence));
  const again = new Map<number, NonNullable<ScenarioRun["rerun"]>>();
  let missed = 0, given: string | undefined;
  const { heavy, light } = arrange(world, planned);
  const worker = async (queue: number[]) => {
    for (let i = queue.shift(); i !== undefined; i = queue.shift()) {
      if (given !== undefined) return;
      if (judged[i] !== undefined) continue;
      const { result, lateness, problem, begun } = await performOne(world, planned[i], options);
      judged[i] = result;
      if (begun) missed = 0;
      else if (problem !== undefined && hasThirdParty(planned[i]) && ++missed >= GIVEN_UP) {
        given = `${missed} scenarios before it could not begin, the last as ${problem}`;
      }
      given ??= options.stops?.(result);
      const why = asksAgain(result) ??
        (problem !== undefined && lateness > LATE ? "late" : undefined);
      if (isVirtual(world.name) || why === undefined) continue;
      again.set(i, { late: lateness, ...(why === "remembered" ? { remembered: true } : {}) });
    }
  };
  const [first, ...others] = Array.from({ length: options.jobs }, () => () => worker(light));
  await Promise.all([worker(heavy).then(first), ...others.map((each) => each())]);
  if (given !== undefined) again.clear();
  options.progress.more(again.size);
  for (const [i, rerun] of again) {
    await Deno.remove(join(options.directory, planned[i].evidence), { recursive: true });
    judged[i] = (await performOne(world, planned[i], options, rerun)).result;
  }
  options.progress.clear();
  if (given !== undefined) {
    console.error(`plumbline: no more scenarios are run: ${escapeControls(given)}`);
  }
  return judged.map((result, i) => result ?? notRun([planned[i]], given!, options.prefix)[0]);
}

function hasThirdParty({ profiles }: PlannedScenario): boolean {
  return Object.values(profiles).some(({ attach }) => kindOf(attach).plays === "third party");
}

/** Milliseconds of lateness that may be why a scenario was not carried out. */
const LATE = 100;

/** Why a check wants the scenario again; undefined where none does. */
export function asksAgain({ checks }: Judged): RerunReason | undefined {
  const reasons = checks.flatMap(({ outcome }) =>
    outcome.verdict === "inconclusive" ? outcome.rerun ?? [] : []
  );
  return reasons.find((reason) => reason === "remembered") ?? reasons[0];
}

/**
 * The places of scenarios in the plan, in the order in which they begin: heavy ones, which load the
 * machine of a real world and run one by one, and light ones, of which many run at a time, first those
 * that take longest.
 */
export function arrange(
  { name }: Pick<World, "name">,
  planned: readonly PlannedScenario[],
): { heavy: number[]; light: number[] } {
  const time = (i: number) => costOf(planned[i]);
  // An interface that is lent can be in one lab at a time.
  const borrows = (i: number) =>
    Object.values(planned[i].profiles).some((device) => borrowedBy(device).length > 0);
  const isHeavy = (i: number) =>
    !isVirtual(name) && (planned[i].suite.light !== true || borrows(i));
  const all = planned.map((_, i) => i);
  return {
    heavy: all.filter(isHeavy),
    light: all.filter((i) => !isHeavy(i)).sort((a, b) => time(b) - time(a) || a - b),
  };
}

async function performOne(
  world: World,
  planned: PlannedScenario,
  options: RunOptions,
  rerun?: ScenarioRun["rerun"],
): Promise<{ result: Judged; lateness: number; problem: string | undefined; begun: boolean }> {
  const { suite, scenario, profiles, evidence } = planned, { progress } = options;
  const seed = (rerun === undefined ? seedOfScenario : seedOfRerun)(
    planned,
    planned.seed ?? options.seed,
  );
  let begun = false;
  const step = progress.begin(scenario.title);
  const record = await world.run({
    suite,
    scenario,
    profiles,
    seed,
    ...(rerun === undefined ? {} : { rerun }),
    directory: join(options.directory, evidence),
    progress: (line) => step.detail(line),
    begun: () => begun = true,
  });
  const result = await judgeDirectory(suite, options.directory, evidence, {
    prefix: options.prefix,
    scopes: scopesPlayed(suite, scenario.id, profiles),
  });
  const note = result.note === undefined ? "" : `, ${result.note}`;
  const totals = totalsOf(result.checks);
  step.end(`${evidence.replace(/^evidence\//, "")}: ${summary(totals)}${note}`, totals);
  return { result, lateness: worstLateness(record), problem: record.problem, begun };
}

/**
 * Judges the evidence of one scenario within a run directory. What is judged is what was written,
 * read back: so a later `check` sees the very same.
 */
export async function judgeDirectory(
  suite: Suite,
  directory: string,
  evidence: string,
  options: JudgeOptions,
): Promise<Judged> {
  const loaded = await loadEvidence(join(directory, evidence));
  const clock = () => performance.now();
  const damages: Damage[] = [];
  const damaged = (damage: Damage) => damages.push(damage);
  const checks = await judgeEvidence(suite, loaded, { clock, damaged, ...options });
  const notes = [rerunNote(loaded), damages.length > 0 ? formatDamage(damages) : undefined]
    .filter((text) => text !== undefined);
  const note = notes.length > 0 ? notes.join("; ") : undefined;
  return {
    suite,
    ...(note === undefined ? {} : { note }),
    checks: checks.map((check) => ({ ...check, evidence })),
    captures: loaded.taps.map(({ name, file }) => ({
      evidence,
      name,
      file: evidence === "" ? file : `${evidence}/${file}`,
    })),
  };
}

function summary(totals: Totals): string {
  const parts = (["pass", "fail", "inconclusive", "error"] as const)
    .filter((word) => totals[word] > 0).map((word) => `${totals[word]} ${word}`);
  return parts.join(", ") || "nothing judged";
}
