/** Measures the mutants in the memory world. */
import { escapeControls } from "../../captures/escape.ts";
import { MemoryWorld } from "../memory/world.ts";
import { MutationPool } from "../mutation_pool.ts";
import { isPerfect, measureMutants, type MutantResult, type MutationScore } from "../mutation.ts";
import { Progress } from "./progress.ts";
import { chooseSuites } from "./suites.ts";
import { print, printJson, UsageError } from "./usage.ts";

/** Options of `mutants` as the command line gives them. */
export interface MutantsOptions {
  suite?: string[];
  mutant?: string;
  json?: boolean;
}

/** Runs `mutants`; gives the exit code. */
export async function mutants(options: MutantsOptions): Promise<number> {
  const suites = await chooseSuites(options.suite);
  const prefix = options.mutant ?? "";
  const count = suites.flatMap((suite) => suite.mutants)
    .filter(({ id }) => id.startsWith(prefix)).length;
  if (count === 0) throw new UsageError("Cannot measure mutants as none fits: see list mutants");
  const progress = new Progress(count);
  let scores: MutationScore[];
  const pool = new MutationPool(Math.min(navigator.hardwareConcurrency, count));
  try {
    scores = await Promise.all(suites.map((suite) =>
      measureMutants(suite, {
        world: new MemoryWorld(),
        seed: 1,
        directory: "",
        prefix,
        elsewhere: (suite, mutant) => pool.resultOf(suite.name, mutant.id),
        progress: (result) => progress.end(sentence(result)),
      })
    ));
  } finally {
    progress.clear();
    pool.close();
  }
  const score = together(scores);
  // A part of the mutants says nothing of what the whole leaves uncovered.
  if (options.mutant !== undefined) {
    score.uncovered = [];
    score.neverFailed = [];
  }
  if (options.json) printJson(score);
  else printScore(score);
  return isPerfect(score) ? 0 : 1;
}

function together(scores: readonly MutationScore[]): MutationScore {
  return {
    killed: scores.reduce((sum, { killed }) => sum + killed, 0),
    total: scores.reduce((sum, { total }) => sum + total, 0),
    mutants: scores.flatMap(({ mutants }) => mutants),
    uncovered: scores.flatMap(({ uncovered }) => uncovered),
    neverFailed: scores.flatMap(({ neverFailed }) => neverFailed),
  };
}

function sentence({ id, violates, killed_by, unrelated }: MutantResult): string {
  const result = killed_by.length > 0 ? `killed by ${killed_by.join(", ")}` : "SURVIVED";
  const others = unrelated.length > 0 ? `; also failed ${unrelated.join(", ")}` : "";
  return `${violates} ${id}: ${result}${others}`;
}

function printScore(score: MutationScore): void {
  for (const result of score.mutants) {
    print(`${result.killed_by.length > 0 ? "✓" : "✗"} ${sentence(result)}`);
    for (const text of result.otherVerdicts) print(`  ${escapeControls(text)}`);
    for (const error of result.errors) print(`  error ${error}`);
  }
  for (const { id, check, mutant } of score.uncovered) {
    const lacks = [check ? "" : "check", mutant ? "" : "mutant"].filter(Boolean).join(" and no ");
    print(`? ${id} has no ${lacks}`);
  }
  for (const id of score.neverFailed) print(`? ${id} was never seen to fail`);
  const broad = score.mutants.filter(({ unrelated }) => unrelated.length > 0).length;
  print(
    `${score.killed} of ${score.total} mutants killed` +
      (broad > 0 ? `, ${broad} of them failed an unrelated check too` : "") +
      (score.uncovered.length > 0 ? `, ${score.uncovered.length} MUSTs uncovered` : "") +
      (score.neverFailed.length > 0
        ? `, ${score.neverFailed.length} checks never seen to fail`
        : ""),
  );
}
