/** Which scenarios a run owes: everything in its plan that decides about them. */
import type { Plan } from "../../suites/engine/plan.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { type PlannedScenario, planRun } from "./run_plan.ts";
import { shardOf } from "./shard.ts";

/** What of a plan decides about scenarios. */
export type Choice = Pick<Plan, "selection" | "seed" | "repeat" | "shard">;

/** The scenarios that a run owes, those of its shard alone where it is one. */
export function scenariosOwed(
  suites: readonly Suite[],
  devices: readonly Profile[],
  choice: Choice,
): PlannedScenario[] {
  const whole = scenariosOfWhole(suites, devices, choice);
  const { shard } = choice;
  return shard === undefined ? whole : shardOf(whole, shard);
}

/** The scenarios that a run owes together with all other shards of it. */
export function scenariosOfWhole(
  suites: readonly Suite[],
  devices: readonly Profile[],
  { selection = {}, seed, repeat = 1 }: Omit<Choice, "shard">,
): PlannedScenario[] {
  // In whichever order suites were named, the parts of a run are the same.
  const sorted = suites.toSorted((a, b) => a.name < b.name ? -1 : 1);
  const once = planRun(sorted, devices, selection);
  return Array.from(
    { length: repeat },
    (_, i) =>
      once.map((planned) =>
        i === 0
          ? planned
          : { ...planned, seed: (seed + i) >>> 0, evidence: `${planned.evidence}.${i + 1}` }
      ),
  ).flat();
}

/** The evidence directory that a scenario has where it is played once. */
export function withoutRepetition(evidence: string, repeat: number | undefined): string {
  return repeat === undefined ? evidence : evidence.replace(/\.\d+$/, "");
}
