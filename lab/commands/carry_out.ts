/** Plays what a plan owes, judges it, and says what came of it. */
import { escapeControls } from "../../captures/escape.ts";
import type { Plan } from "../../suites/engine/plan.ts";
import { Progress } from "../terminal/progress.ts";
import { onInterrupt } from "../worlds/netns/enter.ts";
import type { World } from "../worlds/world.ts";
import { stopsAtFailure } from "./fail_fast.ts";
import type { Finished } from "./finish.ts";
import { owedBy, runOf } from "./owed.ts";
import { preflight, preflightSentence } from "./preflight.ts";
import { logNotes, writeRunLog } from "./run_log.ts";
import type { PlannedScenario } from "./run_plan.ts";
import { type Judged, notRun, runScenarios } from "./run_scenarios.ts";

/** What is to be done, and how. */
export interface Assignment {
  plan: Plan;
  /** The scenarios of the plan. */
  planned: readonly PlannedScenario[];
  /** Run directory, in which `plan.json` stands. */
  directory: string;
  /** Scenarios at a time. */
  jobs: number;
  /** Milliseconds since 1970 when the work began. */
  started: number;
  /** Ends with the first failure that turns the run. */
  failFast?: boolean;
  /** What evidence that is there already came to, by its directory. */
  kept?: ReadonlyMap<string, Judged>;
  /** Sentences about devices that failed their preflight, where somebody has tried them already. */
  dead?: readonly string[];
  /** Whether the progress is told by somebody else. */
  quiet?: boolean;
  /** What a reader must know besides, each a sentence without a full stop. */
  notes?: readonly string[];
}

/** Plays the scenarios that are not kept; gives all that a report is made of. */
export async function carryOut(
  world: World,
  { plan, planned, directory, jobs, started, ...options }: Assignment,
): Promise<Finished> {
  const { failFast, kept = new Map<string, Judged>(), notes = [], quiet = false } = options;
  const { seed } = plan, prefix = plan.selection?.prefix;
  const missing = planned.filter(({ evidence }) => !kept.has(evidence));
  const progress = quiet
    ? new Progress(0, { terminal: null, writer: () => {} })
    : new Progress(missing.length);
  if (!quiet) {
    onInterrupt(() => {
      progress.clear();
      const done = progress.done + planned.length - missing.length;
      console.error(
        `plumbline: interrupted after ${done} of ${planned.length} scenarios; ` +
          `certify --resume ${escapeControls(directory)} goes on`,
      );
    });
  }
  const { scope, ...owed } = await owedBy(plan);
  const dead = options.dead ?? await deadDevices(world, missing, seed, progress);
  for (const sentence of dead) console.error(`plumbline: ${escapeControls(sentence)}`);
  const judged = dead.length > 0
    ? planned.map((one) => kept.get(one.evidence) ?? notRun([one], dead.join("; "), prefix)[0])
    : await runScenarios(world, planned, {
      ...{ seed, directory, prefix, progress, jobs, kept },
      ...(failFast ? { stops: stopsAtFailure(owed, plan.started.slice(0, 10)) } : {}),
    });
  const log = writeRunLog(directory, judged, [...notes, ...dead]);
  const id = directory.split("/").at(-1)!;
  const milliseconds = Date.now() - started;
  return {
    ...{ judged, ...owed, run: runOf(plan, { id, milliseconds, scope }) },
    notes: logNotes(log),
  };
}

async function deadDevices(
  world: World,
  planned: readonly PlannedScenario[],
  seed: number,
  progress: Progress,
): Promise<string[]> {
  const tell = (line: string) => progress.tell(line);
  return (await preflight(world, planned, { seed, progress: tell }))
    .filter(({ problem }) => problem !== undefined).map(preflightSentence);
}
