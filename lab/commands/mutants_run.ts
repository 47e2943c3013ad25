/** Measures mutants, and legal variants of a module, in the memory world. */
import { escapeControls } from "../../captures/escape.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { MemoryWorld } from "../worlds/memory/world.ts";
import { MutationPool } from "../mutation_pool.ts";
import { measureMutants, type MutantResult } from "../mutation.ts";
import { suitesWithVariants, UnusableVariants } from "../variant_module.ts";
import { isRight, type Measured } from "./measured.ts";
import { printScore, sentence, sentenceOfLegal } from "./mutants_score.ts";
import { Progress } from "../terminal/progress.ts";
import { shardOfCampaign, suitesOfShard } from "./mutants_shard.ts";
import { readShard } from "./shard.ts";
import { chooseSuites } from "./suites.ts";
import { printJson, UsageError } from "./usage.ts";

/** Options of `mutants` as the command line gives them. */
export interface MutantsOptions {
  suite?: string[];
  mutant?: string;
  from?: string;
  seed?: number;
  /** `i/n` or `auto/n`. */
  shard?: string;
  json?: boolean;
}

/** Runs `mutants`; gives the exit code. */
export async function mutants(options: MutantsOptions): Promise<number> {
  const { mutant: prefix = "", from, seed = 1 } = options;
  const shard = options.shard === undefined
    ? undefined
    : readShard(options.shard, (name) => Deno.env.get(name));
  const all = (await suitesToMeasure(options)).map((suite) => chosenOf(suite, prefix));
  const suites = shard === undefined ? all : suitesOfShard(all, shard);
  const count = suites.reduce((sum, suite) => sum + variantCount(suite), 0);
  if (count === 0) throw new UsageError("Cannot measure mutants as none fits: see list mutants");
  const progress = new Progress(count);
  const pool = new MutationPool(Math.min(navigator.hardwareConcurrency, count), { seed, from });
  let measured: Measured;
  try {
    measured = together(
      await Promise.all(suites.map(async (suite) => {
        const legal = (suite.legalVariants ?? []).map(async ({ id }) => {
          const result = await pool.legalityOf(suite.name, id);
          progress.end(escapeControls(sentenceOfLegal(result)));
          return result;
        });
        const score = await measureMutants(suite, {
          world: new MemoryWorld(),
          seed,
          directory: "",
          elsewhere: (suite, mutant) => pool.resultOf(suite.name, mutant.id),
          progress: (result: MutantResult) => progress.end(escapeControls(sentence(result))),
        });
        return { ...score, legalVariants: await Promise.all(legal) };
      })),
    );
  } finally {
    progress.clear();
    pool.close();
  }
  // A part of the mutants, or those of others, say nothing of what the whole leaves open.
  const part = options.mutant !== undefined || from !== undefined;
  if (part || shard !== undefined) {
    measured.uncovered = [];
    measured.neverFailed = [];
  }
  const campaign = shard === undefined
    ? {}
    : { shard: await shardOfCampaign(all, shard, { seed, part, from }) };
  if (options.json) printJson({ ...measured, ...campaign });
  else printScore(measured);
  return isRight(measured) ? 0 : 1;
}

async function suitesToMeasure({ suite: words, from }: MutantsOptions): Promise<Suite[]> {
  const chosen = await chooseSuites(words);
  // Only variants that are not the project's own have not been passed by its tests.
  if (from === undefined) return chosen.map((suite) => ({ ...suite, legalVariants: [] }));
  try {
    const found = await suitesWithVariants(from, await chooseSuites());
    return found.filter(({ name }) => chosen.some((suite) => suite.name === name));
  } catch (error) {
    throw error instanceof UnusableVariants ? new UsageError(error.message) : error;
  }
}

/** The suite with those of its variants whose ids begin so. */
function chosenOf(suite: Suite, prefix: string): Suite {
  const { mutants, legalVariants = [] } = suite;
  return {
    ...suite,
    mutants: mutants.filter(({ id }) => id.startsWith(prefix)),
    legalVariants: legalVariants.filter(({ id }) => id.startsWith(prefix)),
  };
}

function variantCount({ mutants, legalVariants = [] }: Suite): number {
  return mutants.length + legalVariants.length;
}

function together(scores: readonly Measured[]): Measured {
  return {
    killed: scores.reduce((sum, { killed }) => sum + killed, 0),
    total: scores.reduce((sum, { total }) => sum + total, 0),
    mutants: scores.flatMap(({ mutants }) => mutants),
    uncovered: scores.flatMap(({ uncovered }) => uncovered),
    neverFailed: scores.flatMap(({ neverFailed }) => neverFailed),
    legalVariants: scores.flatMap(({ legalVariants }) => legalVariants),
  };
}
