/** Mutation campaigns in parts: what several machines measured, put together. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { EXIT } from "../../suites/engine/conclusion.ts";
import { MOST_SHARDS } from "../../suites/engine/limits.ts";
import { oneLine, UnreadableInput } from "../../suites/engine/load.ts";
import { jsonOf, Limit, readNamedText } from "../../suites/engine/run_files.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { neverFailed, scenariosFor, uncovered } from "../mutation.ts";
import { isRight, type Measured } from "./measured.ts";
import { printScore } from "./mutants_score.ts";
import { commit } from "./run_metadata.ts";
import { partOf, type Shard } from "./shard.ts";
import { chooseSuites } from "./suites.ts";
import { printJson, UsageError } from "./usage.ts";

const count = z.int().min(0);
const texts = z.array(z.string());

/** What all shards of a campaign have in common. */
const campaignSchema = z.strictObject({
  plumbline: z.string(),
  commit: z.string(),
  seed: count,
  of: z.int().min(1).max(MOST_SHARDS),
  suites: texts,
  /** Whether a part of the mutants was chosen: then nobody knows what the whole leaves open. */
  part: z.boolean(),
  /** SHA-256 of the module that the variants are from; absent for the project's own. */
  from: z.string().optional(),
  /** Ids of all variants of the campaign, mutants and legal ones. */
  variants: texts.max(100_000),
});

/** The part of `mutants --json` that says which shard of what it is. */
export const mutantsShardSchema = z.strictObject({
  index: z.int().min(1).max(MOST_SHARDS),
  campaign: campaignSchema,
});
/** Which shard of a campaign was measured. */
export type MutantsShard = z.infer<typeof mutantsShardSchema>;

const measuredSchema = z.strictObject({
  killed: count,
  total: count,
  mutants: z.array(z.strictObject({
    ...{ id: z.string(), seed: count, violates: z.string(), killed_by: texts },
    ...{
      alsoViolates: texts,
      failed: texts,
      unrelated: texts,
      errors: texts,
      otherVerdicts: texts,
    },
  })),
  uncovered: z.array(z.unknown()),
  neverFailed: texts,
  legalVariants: z.array(z.strictObject({
    ...{ id: z.string(), seed: count, passed: count, failed: texts, errors: texts },
    differs: z.boolean(),
  })),
  shard: mutantsShardSchema,
});
type MeasuredShard = z.infer<typeof measuredSchema>;

/** A mutant or legal variant of a suite, and how many scenarios it goes through. */
interface Variant {
  suite: Suite;
  id: string;
  cost: number;
}

function variantsOf(suites: readonly Suite[]): Variant[] {
  return suites.flatMap((suite) => {
    const { mutants, legalVariants = [], scenarios } = suite;
    return [
      ...mutants.map((mutant) => {
        const { owed, others } = scenariosFor(suite, mutant);
        return { suite, id: mutant.id, cost: owed.length + others.length };
      }),
      ...legalVariants.map(({ id }) => ({ suite, id, cost: scenarios.length })),
    ];
  });
}

/** The suites with those of their variants that a shard measures. */
export function suitesOfShard(suites: readonly Suite[], shard: Shard): Suite[] {
  const part = partOf(variantsOf(suites), shard, ({ cost }) => cost);
  const has = (suite: Suite) => ({ id }: { id: string }) =>
    part.some((variant) => variant.suite === suite && variant.id === id);
  return suites.map((suite) => ({
    ...suite,
    mutants: suite.mutants.filter(has(suite)),
    legalVariants: (suite.legalVariants ?? []).filter(has(suite)),
  }));
}

/** What a shard says of its campaign. @param suites With all the variants of the campaign. */
export async function shardOfCampaign(
  suites: readonly Suite[],
  { index, of }: Shard,
  { seed, part, from }: { seed: number; part: boolean; from?: string },
): Promise<MutantsShard> {
  const module = from === undefined
    ? undefined
    : createHash("sha256").update(await Deno.readFile(from)).digest("hex");
  return {
    index,
    campaign: {
      ...{ plumbline: VERSION, commit: await commit(), seed, of, part },
      ...(module === undefined ? {} : { from: module }),
      suites: suites.map(({ name }) => name),
      variants: variantsOf(suites).map(({ id }) => id),
    },
  };
}

/**
 * Puts together what the shards of a campaign printed with `--json`; gives the exit code, which is that
 * of `mutants`, and 3 where a shard is lost and nothing went wrong in the others.
 * @throws {UsageError} When one is none, is there twice, or is of another campaign.
 */
export async function mergeMutants(paths: readonly string[], json: boolean): Promise<number> {
  const shards = paths.map((path) => ({ path, measured: readMeasured(path) }));
  const [first, ...others] = shards;
  const { campaign } = first.measured.shard;
  for (const { path, measured: { shard } } of others) {
    const keys = Object.keys(campaign) as (keyof typeof campaign)[];
    const key = keys.find((key) => !isDeepStrictEqual(campaign[key], shard.campaign[key])) ??
      (isDeepStrictEqual(campaign, shard.campaign) ? undefined : "from");
    if (key === undefined) continue;
    const [ours, theirs] = [campaign[key], shard.campaign[key]].map((value) =>
      Array.isArray(value) ? `${value.length} of them` : String(value)
    );
    throw refusal(
      path,
      `it is a shard of another campaign: its ${key} is ${theirs}, and that of ${first.path} ${ours}`,
    );
  }
  const seen = new Map<string, string>();
  for (const { path, measured } of shards) {
    for (const { id } of [...measured.mutants, ...measured.legalVariants]) {
      const twin = seen.get(id);
      if (twin !== undefined) throw refusal(path, `${twin} measured ${id} as well`);
      if (!campaign.variants.includes(id)) throw refusal(path, `${id} is not in the campaign`);
      seen.set(id, path);
    }
  }
  const lost = campaign.variants.filter((id) => !seen.has(id));
  const whole = await together(shards.map(({ measured }) => measured), lost.length > 0);
  if (json) printJson({ ...whole, lost });
  else printScore(whole);
  if (lost.length > 0) {
    console.error(`plumbline: ${lost.length} variants were not measured: their shards are lost`);
  }
  return !isRight(whole) ? 1 : lost.length > 0 ? EXIT.inconclusive : 0;
}

async function together(shards: readonly MeasuredShard[], lost: boolean): Promise<Measured> {
  const { campaign } = shards[0].shard;
  const place = (id: string) => campaign.variants.indexOf(id);
  const sorted = <T extends { id: string }>(all: readonly T[]) =>
    all.toSorted((a, b) => place(a.id) - place(b.id));
  const mutants = sorted(shards.flatMap((shard) => shard.mutants));
  // A part of the mutants says nothing of what the whole leaves open.
  const suites = campaign.part || lost ? [] : await chooseSuites(campaign.suites);
  return {
    killed: mutants.filter(({ killed_by }) => killed_by.length > 0).length,
    total: mutants.length,
    mutants,
    uncovered: suites.flatMap(uncovered),
    neverFailed: suites.flatMap((suite) => neverFailed(suite, mutants)),
    legalVariants: sorted(shards.flatMap(({ legalVariants }) => legalVariants)),
  };
}

function readMeasured(path: string): MeasuredShard {
  try {
    const value = jsonOf(readNamedText(path, Limit.report), path);
    const result = measuredSchema.safeParse(value);
    if (result.success) return result.data;
    throw refusal(path, `it is none of mutants --shard --json: ${oneLine(result.error)}`);
  } catch (error) {
    throw error instanceof UnreadableInput ? new UsageError(error.message) : error;
  }
}

function refusal(path: string, why: string): UsageError {
  return new UsageError(`Cannot merge ${path} as ${why}`);
}
