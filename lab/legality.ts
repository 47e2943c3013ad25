/** Whether the checks leave alone what is legal: reference peers that choose otherwise. */
import type { JudgedCheck } from "../suites/engine/judge.ts";
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
}

/** Whether every check leaves a legal variant alone, and some judged it. */
export function isLeftAlone({ passed, failed, errors }: LegalResult): boolean {
  return passed > 0 && failed.length === 0 && errors.length === 0;
}

/** Puts one legal variant through every scenario that has its role. */
export async function legalityOf(
  suite: Suite,
  variant: LegalVariant,
  options: Pick<MutationOptions, "world" | "seed" | "directory" | "memo">,
): Promise<LegalResult> {
  const scenarios = suite.scenarios.filter(({ nodes }) =>
    Object.values(nodes).some(({ role }) => role === variant.role)
  );
  const judged = await judgeVariant(suite, variant, scenarios, options);
  const passed = judged.filter(({ outcome }) => outcome.verdict === "pass");
  return {
    id: variant.id,
    seed: seedOf(variant.id, options.seed),
    passed: new Set(passed.map(({ check }) => check.id)).size,
    failed: judged.flatMap(failureOf),
    errors: [
      ...new Set(
        judged.flatMap(({ outcome, check }) =>
          outcome.verdict === "error" ? [`${check.id}: ${outcome.reason}`] : []
        ),
      ),
    ],
  };
}

function failureOf({ check, outcome, scenario }: JudgedCheck): string[] {
  if (outcome.verdict !== "fail") return [];
  return [`${check.id} on ${scenario}: expected ${outcome.expected}, got ${outcome.actual}`];
}
