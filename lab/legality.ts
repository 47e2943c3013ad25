/** Whether the checks leave alone what is legal: reference peers that choose otherwise. */
import type { JudgedCheck } from "../suites/engine/judge.ts";
import { digestOfFiles } from "./judgement_memo.ts";
import { join } from "../suites/kit/paths.ts";
import type { Scenario } from "../suites/kit/scenario.ts";
import { planRun } from "./commands/run_plan.ts";
import { variantProfile } from "./devices/reference.ts";
import type { LegalVariant } from "../suites/kit/legal_variant.ts";
import type { Suite } from "../suites/kit/suite.ts";
import { judgeVariant, type MutationOptions } from "./mutation.ts";
import { seedOf } from "./seeds.ts";

/** What became of one legal variant. */
export interface LegalResult {
  id: string;
  /** Seed of its scenarios. */
  seed: number;
  /** Checks that passed it. */
  passed: number;
  /** Checks that failed, on which scenario and why: each wrong, or the variant is not legal. */
  failed: string[];
  /** Errors of ours that came up. */
  errors: string[];
  /** Whether it left other frames or traces than the plain reference in some scenario. */
  differs: boolean;
}

/** Whether every check leaves a legal variant alone, and some judged it. */
export function isLeftAlone({ passed, failed, errors }: LegalResult): boolean {
  return passed > 0 && failed.length === 0 && errors.length === 0;
}

/** What the plain reference leaves, by suite, scenario and seed: many variants are held against it. */
const references = new Map<string, Promise<string>>();

/** Puts one legal variant through every scenario in which it makes its choice. */
export async function legalityOf(
  suite: Suite,
  variant: LegalVariant,
  options: Pick<MutationOptions, "world" | "seed" | "directory" | "memo" | "references">,
): Promise<LegalResult> {
  const { world, directory } = options, seed = seedOf(variant.id, options.seed);
  let differs = false;
  const reference = async (scenario: Scenario) => {
    const place = join(directory, "reference");
    return digestOfFiles(
      await world.run({ suite, scenario, profiles: {}, seed, directory: place }),
      place,
    );
  };
  const scenarios = scenariosOf(suite, variant);
  const judged = await judgeVariant(
    suite,
    variant,
    scenarios,
    options,
    async (record, place, scenario) => {
      if (differs) return;
      const key = `${suite.name} ${scenario.id} ${seed}`;
      let wanted = references.get(key);
      if (wanted === undefined) references.set(key, wanted = reference(scenario));
      differs = digestOfFiles(record, place) !== await wanted;
    },
  );
  const passed = judged.filter(({ outcome }) => outcome.verdict === "pass");
  return {
    id: variant.id,
    seed,
    passed: new Set(passed.map(({ check }) => check.id)).size,
    failed: judged.flatMap(failureOf),
    errors: [
      ...new Set(
        judged.flatMap(({ outcome, check }) =>
          outcome.verdict === "error" ? [`${check.id}: ${outcome.reason}`] : []
        ),
      ),
    ],
    differs,
  };
}

/** The scenarios that a device of this kind is put through, and in which it makes its choice. */
function scenariosOf(suite: Suite, variant: LegalVariant): Scenario[] {
  const { classes, heavy = false } = variant;
  return planRun([suite], [variantProfile(suite, variant)], {}).map(({ scenario }) => scenario)
    .filter((scenario) =>
      (classes?.includes(scenario.class) ?? true) && (heavy || !scenario.heavy)
    );
}

function failureOf({ check, outcome, scenario }: JudgedCheck): string[] {
  if (outcome.verdict !== "fail") return [];
  return [`${check.id} on ${scenario}: expected ${outcome.expected}, got ${outcome.actual}`];
}
