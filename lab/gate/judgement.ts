/**
 * The cheap part of the honesty and mutation tests: reference peers on the scenarios of what was
 * touched, and the mutants of it, as far as the time goes.
 */
import { judgeEvidence } from "../../suites/engine/judge.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { isInScope } from "../../suites/engine/scope.ts";
import type { Mutant } from "../../suites/kit/mutant.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { suiteOf, SUITES } from "../../suites/registry.ts";
import { MemoryWorld } from "../worlds/memory/world.ts";
import { scenariosFor } from "../mutation.ts";
import { MutationPool } from "../mutation_pool.ts";
import { temporaryFolder } from "../temporary.ts";
import type { TouchedSuite } from "./touched.ts";

/** Seconds for the scenarios of a suite, and again for its mutants. */
const SECONDS = 8;

/** What came of it. */
export interface Judgement {
  scenarios: number;
  mutants: number;
  /** Each a sentence. */
  problems: string[];
  /** What there was no time for, each a sentence. */
  left: string[];
}

/** Judges again what was touched of a suite. Undefined when the registry knows no such suite. */
export async function judgeAgain(touched: TouchedSuite): Promise<Judgement | undefined> {
  const suite = await suiteOf({ SUITES }, touched.word);
  if (suite === undefined) return undefined;
  const judgement: Judgement = { scenarios: 0, mutants: 0, problems: [], left: [] };
  await runReference(suite, touched, judgement);
  await runMutants(suite, mutantsOf(suite, touched.requirements), judgement);
  return judgement;
}

/** Scenarios that judge what was touched: those that are not heavy, when it is the peers. */
export function scenariosOf(suite: Suite, { requirements, peers }: TouchedSuite): Scenario[] {
  const chosen = [...requirements].flatMap((violates) => scenariosFor(suite, { violates }).owed);
  const all = peers ? suite.scenarios.filter(({ heavy }) => !heavy) : [];
  return [...new Set([...chosen, ...all])];
}

/** Mutants of requirements: the first of each, then the second of each, and so on. */
export function mutantsOf(suite: Suite, requirements: ReadonlySet<string>): Mutant[] {
  const chosen = suite.mutants.filter(({ violates }) => requirements.has(violates));
  const seen = new Map<string, number>();
  const turn = new Map(chosen.map((mutant) => {
    const count = seen.get(mutant.violates) ?? 0;
    seen.set(mutant.violates, count + 1);
    return [mutant, count];
  }));
  return chosen.sort((a, b) => turn.get(a)! - turn.get(b)!);
}

async function runReference(
  suite: Suite,
  touched: TouchedSuite,
  judgement: Judgement,
): Promise<void> {
  const scenarios = scenariosOf(suite, touched);
  const passed = new Set<string>();
  const world = new MemoryWorld();
  const root = await temporaryFolder("gate");
  const end = performance.now() + SECONDS * 1000;
  try {
    for (const scenario of scenarios) {
      if (performance.now() > end) break;
      judgement.scenarios++;
      const directory = `${root}/${judgement.scenarios}`;
      await world.run({ suite, scenario, profiles: {}, seed: 1, directory });
      for (const { check, outcome } of await judgeEvidence(suite, await loadEvidence(directory))) {
        if (outcome.verdict === "pass") check.covers.forEach((id) => passed.add(id));
        if (outcome.verdict !== "fail" && outcome.verdict !== "error") continue;
        const why = "reason" in outcome ? outcome.reason : `${outcome.expected}: ${outcome.actual}`;
        judgement.problems.push(
          `${check.id} on ${scenario.id} of the reference peers: ${outcome.verdict} (${why})`,
        );
      }
      await Deno.remove(directory, { recursive: true });
    }
  } finally {
    await world.close();
    await Deno.remove(root, { recursive: true });
  }
  const rest = scenarios.length - judgement.scenarios;
  if (rest > 0) judgement.left.push(`${rest} of ${scenarios.length} scenarios of ${suite.name}`);
  else judgement.problems.push(...unproven(suite, touched.requirements, passed));
}

/** Requirements in scope of which no check passes on the reference peers, each as a sentence. */
export function unproven(
  suite: Suite,
  touched: ReadonlySet<string>,
  passed: ReadonlySet<string>,
): string[] {
  return Object.values(suite.requirements)
    .filter((each) => touched.has(each.id) && each.level === "MUST" && isInScope(suite, each))
    .filter(({ id }) => !passed.has(id))
    .map(({ id }) => `${id}: none of its checks passes on the reference peers`);
}

async function runMutants(
  suite: Suite,
  mutants: readonly Mutant[],
  judgement: Judgement,
): Promise<void> {
  if (mutants.length === 0) return;
  const threads = Math.min(navigator.hardwareConcurrency, mutants.length);
  const pool = new MutationPool(threads);
  const end = performance.now() + SECONDS * 1000;
  const queue = [...mutants];
  const work = async () => {
    while (queue.length > 0 && performance.now() < end) {
      const { id } = queue.shift()!;
      const result = await pool.resultOf(suite.name, id, true);
      judgement.mutants++;
      if (result.killed_by.length === 0) {
        judgement.problems.push(`${id} survived: ${result.otherVerdicts.join("; ")}`);
      }
      for (const other of result.unrelated) {
        judgement.problems.push(`${id} fails ${other}, which is about something else`);
      }
      for (const error of result.errors) judgement.problems.push(`${id}: ${error}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, work));
  } finally {
    pool.close();
  }
  if (queue.length > 0) {
    judgement.left.push(`${queue.length} of ${mutants.length} mutants of ${suite.name}`);
  }
}
