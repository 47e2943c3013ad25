/** Whether the checks catch what they are there to catch: reference peers with one rule replaced. */
import pLimit from "p-limit";
import type { Check } from "../suites/kit/check.ts";
import type { JudgedCheck } from "../suites/engine/judge.ts";
import type { LegalVariant } from "../suites/kit/legal_variant.ts";
import type { EvidenceRecord } from "../suites/kit/evidence.ts";
import type { Mutant } from "../suites/kit/mutant.ts";
import { join } from "../suites/kit/paths.ts";
import type { Scenario } from "../suites/kit/scenario.ts";
import type { Suite } from "../suites/kit/suite.ts";
import { JudgementMemo } from "./judgement_memo.ts";
import { variantProfile } from "./devices/reference.ts";
import { profilesOf, type ReferencePlays } from "./reference_plays.ts";
import { seedOf } from "./seeds.ts";
import type { World } from "./worlds/world.ts";

/** What became of one mutant. */
export interface MutantResult {
  id: string;
  /** Seed of its scenarios. */
  seed: number;
  violates: string;
  /** Checks of the requirement it breaks that failed. */
  killed_by: string[];
  /** Requirements that cannot help being broken with it, as the mutant says. */
  alsoViolates: string[];
  /** All checks that failed. */
  failed: string[];
  /** Checks that failed and cover neither: the mutant or the check is not exact. */
  unrelated: string[];
  /** Errors of ours that came up. */
  errors: string[];
  /** Of a survivor: what the checks that should have caught it said instead. */
  otherVerdicts: string[];
}

/** A MUST that lacks a check or a mutant. */
export interface OpenMust {
  id: string;
  /** Whether it has one. */
  check: boolean;
  mutant: boolean;
  /** Why no check judges it, where the suite says so. */
  reason?: string;
}

/** The kill score of a suite. */
export interface MutationScore {
  killed: number;
  total: number;
  mutants: MutantResult[];
  /** MUSTs that lack a check or a mutant. */
  uncovered: OpenMust[];
  /** Checks that no mutant made fail: nobody knows that they can. */
  neverFailed: string[];
}

/** How to measure. */
export interface MutationOptions {
  world: World;
  /** The first of the seeds that its variants share: see `seedOf`. */
  seed: number;
  /** Folder for evidence: each scenario overwrites what the one before left. */
  directory: string;
  /** Only mutants whose id begins with this. */
  prefix?: string;
  /** Ends once the mutant is caught: what else it fails elsewhere is not looked at. */
  narrow?: boolean;
  /** What has been judged before. */
  memo?: JudgementMemo;
  /** What reference peers do in the scenarios; variants that do the same there do not play without. */
  references?: ReferencePlays;
  /** Finds the result of a mutant on another thread; asked for all of them at once. */
  elsewhere?: (suite: Suite, mutant: Mutant) => Promise<MutantResult>;
  /** Called with the result of each mutant. */
  progress?: (result: MutantResult) => void;
}

/** Measures all mutants of a suite. */
export async function measureMutants(
  suite: Suite,
  options: MutationOptions,
): Promise<MutationScore> {
  const chosen = suite.mutants.filter(({ id }) => id.startsWith(options.prefix ?? ""));
  // On this thread one is under way at a time, as they share a folder.
  const inTurn = pLimit(1);
  const find = options.elsewhere ??
    ((suite, mutant) => inTurn(() => resultOf(suite, mutant, options)));
  const results = await Promise.all(chosen.map(async (mutant) => {
    const result = await find(suite, mutant);
    options.progress?.(result);
    return result;
  }));
  return {
    killed: results.filter(({ killed_by }) => killed_by.length > 0).length,
    total: results.length,
    mutants: results,
    uncovered: uncovered(suite),
    neverFailed: neverFailed(suite, results),
  };
}

/** Checks of a suite that none of its mutants made fail. */
export function neverFailed(suite: Suite, results: readonly MutantResult[]): string[] {
  const failed = new Set(results.flatMap((result) => result.failed));
  return suite.checks.map(({ id }) => id).filter((id) => !failed.has(id));
}

/** MUSTs that lack a check or a mutant, those of options that no reference peer declares included. */
export function uncovered(suite: Suite): OpenMust[] {
  const checked = new Set(suite.checks.flatMap(({ covers }) => covers));
  const broken = new Set(suite.mutants.map(({ violates }) => violates));
  return Object.values(suite.requirements)
    .filter(({ level, id }) => level === "MUST" && !(checked.has(id) && broken.has(id)))
    .map(({ id }) => {
      const reason = suite.unjudged?.[id];
      const open = { id, check: checked.has(id), mutant: broken.has(id) };
      return reason === undefined ? open : { ...open, reason };
    });
}

/** Whether nobody says why a MUST lacks what it lacks: a check without a mutant has no excuse. */
export function isUnexplained({ check, reason }: OpenMust): boolean {
  return check || reason === undefined;
}

/**
 * Whether a score is what it has to be: all killed, by nobody else, every check seen to fail, and no
 * MUST left open but those of which the suite says why.
 */
export function isPerfect(score: MutationScore): boolean {
  const { killed, total, mutants, uncovered, neverFailed } = score;
  return total > 0 && killed === total && !uncovered.some(isUnexplained) &&
    neverFailed.length === 0 &&
    mutants.every(({ unrelated, errors }) => unrelated.length === 0 && errors.length === 0);
}

/** The scenarios that a mutant has to go through. */
export interface MutantScenarios {
  /** Those whose checks cover what it breaks. */
  owed: Scenario[];
  /** All others of the same classes that are not heavy, where nothing unrelated may fail. */
  others: Scenario[];
}

/** The scenarios that a mutant has to go through, in the order of the suite. */
export function scenariosFor(
  suite: Suite,
  { violates }: Pick<Mutant, "violates">,
): MutantScenarios {
  const ids = new Set(coveringChecks(suite, violates).flatMap(({ on }) => on));
  const owed = suite.scenarios.filter(({ id }) => ids.has(id));
  const classes = new Set(owed.map((scenario) => scenario.class));
  const others = suite.scenarios.filter(({ id, class: name, heavy }) =>
    !ids.has(id) && classes.has(name) && !heavy
  );
  return { owed, others };
}

function coveringChecks({ checks }: Suite, requirement: string): readonly Check[] {
  return checks.filter(({ covers }) => covers.includes(requirement));
}

/** Puts one mutant through its scenarios. */
export async function resultOf(
  suite: Suite,
  mutant: Mutant,
  options: Pick<MutationOptions, "world" | "seed" | "directory" | "narrow" | "memo" | "references">,
): Promise<MutantResult> {
  const { owed, others } = scenariosFor(suite, mutant);
  const judged: JudgedCheck[] = [];
  const play = async (scenarios: readonly Scenario[]) => {
    judged.push(...await judgeVariant(suite, mutant, scenarios, options));
    return classify(mutant, judged, seedOf(mutant.id, options.seed));
  };
  if (!options.narrow) return await play([...owed, ...others]);
  let result = await play(owed);
  // An invariant judges all evidence: what it catches may show elsewhere than where it is owed.
  const isAnywhere = coveringChecks(suite, mutant.violates).some(({ kind }) =>
    kind === "invariant"
  );
  for (const scenario of isAnywhere ? others : []) {
    if (result.killed_by.length > 0) break;
    result = await play([scenario]);
  }
  return result;
}

/**
 * Puts a variant of a reference peer through scenarios, at a seed of its own, and judges its role.
 * @param seen Called with the evidence of each scenario in which it was played, once it was judged.
 */
export async function judgeVariant(
  suite: Suite,
  variant: Mutant | LegalVariant,
  scenarios: readonly Scenario[],
  options: Pick<MutationOptions, "world" | "seed" | "directory" | "memo" | "references">,
  seen: (record: EvidenceRecord, directory: string, scenario: Scenario) => Promise<void> = () =>
    Promise.resolve(),
): Promise<JudgedCheck[]> {
  const judged: JudgedCheck[] = [];
  const { world, directory, memo = new JudgementMemo() } = options;
  const seed = seedOf(variant.id, options.seed);
  const profile = variantProfile(suite, variant);
  const { parameters }: Partial<LegalVariant> = variant;
  const scopes = [{ classes: profile.classes, roles: [variant.role] }];
  for (const scenario of scenarios) {
    // What a profile declares besides is a part of the evidence.
    const play = parameters === undefined
      ? await options.references?.of(suite, variant.role, scenario, {
        ...{ world, seed, directory, scopes, rules: variant.rules },
      })
      : undefined;
    if (play?.use.isIndifferentTo(variant.rules)) {
      judged.push(...play.judged);
      continue;
    }
    const place = join(directory, "variant");
    const profiles = profilesOf(profile, variant.role, scenario);
    const record = await world.run({ suite, scenario, profiles, seed, directory: place });
    judged.push(...await memo.judge(suite, record, place, scopes));
    await seen(record, place, scenario);
  }
  return judged;
}

/** Sorts what was found into killers and bystanders. */
export function classify(
  mutant: Mutant,
  judged: readonly JudgedCheck[],
  seed = seedOf(mutant.id),
): MutantResult {
  const related = [mutant.violates, ...mutant.alsoViolates ?? []];
  const failed = judged.filter(({ outcome }) => outcome.verdict === "fail").map(({ check }) =>
    check
  );
  const ids = (checks: typeof failed) => [...new Set(checks.map(({ id }) => id))];
  const errors = judged.flatMap(({ outcome, check }) =>
    outcome.verdict === "error" ? [`${check.id}: ${outcome.reason}`] : []
  );
  const killers = ids(failed.filter(({ covers }) => covers.includes(mutant.violates)));
  return {
    id: mutant.id,
    seed,
    violates: mutant.violates,
    killed_by: killers,
    alsoViolates: [...mutant.alsoViolates ?? []],
    failed: ids(failed),
    unrelated: ids(failed.filter(({ covers }) => !covers.some((id) => related.includes(id)))),
    errors: [...new Set(errors)],
    otherVerdicts: killers.length > 0 ? [] : [...new Set(judged.flatMap(otherVerdictOf(mutant)))],
  };
}

/** What a check that should have caught a mutant said instead. */
function otherVerdictOf({ violates }: Mutant): (judged: JudgedCheck) => string[] {
  return ({ check, outcome, scenario }) =>
    check.covers.includes(violates)
      ? [
        `${check.id} on ${scenario}: ${outcome.verdict}` +
        ("reason" in outcome ? ` (${outcome.reason})` : ""),
      ]
      : [];
}
