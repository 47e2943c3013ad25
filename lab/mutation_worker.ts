/** A thread of `MutationPool`. */
import * as suites from "../suites/registry.ts";
import { JudgementMemo } from "./judgement_memo.ts";
import { ReferencePlays } from "./reference_plays.ts";
import { MemoryWorld } from "./worlds/memory/world.ts";
import type { LegalVariant } from "../suites/kit/legal_variant.ts";
import type { Mutant } from "../suites/kit/mutant.ts";
import type { Suite } from "../suites/kit/suite.ts";
import { legalityOf } from "./legality.ts";
import { resultOf } from "./mutation.ts";
import { variantOf } from "./devices/overrides.ts";
import { suitesWithVariants } from "./variant_module.ts";
import { MEMORY, temporaryFolder } from "./temporary.ts";
import type { MutationAnswer, MutationTask } from "./mutation_pool.ts";

// The project is checked as a program; only a worker has this end of the channel.
const channel = self as unknown as {
  onmessage: (event: MessageEvent<MutationTask>) => void;
  postMessage(answer: MutationAnswer): void;
};

const memo = new JudgementMemo(), references = new ReferencePlays();

channel.onmessage = async ({ data }) => {
  try {
    channel.postMessage({ result: await run(data) });
  } catch (error) {
    channel.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function run({ suite: word, variant: id, legal, narrow, seed, from }: MutationTask) {
  const suite = await suiteWith(word, from);
  const variant = variantOf(suite, id)!;
  const directory = await temporaryFolder("mutant", MEMORY);
  try {
    const options = { world: new MemoryWorld(), seed, directory, narrow, memo, references };
    return legal
      ? await legalityOf(suite, variant as LegalVariant, options)
      : await resultOf(suite, variant as Mutant, options);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Suites with variants from outside, by module: a module is taken once. */
const outside = new Map<string, Promise<Suite[]>>();

async function suiteWith(word: string, from: string | undefined): Promise<Suite> {
  if (from === undefined) return (await suites.suiteOf(suites, word))!;
  const found = outside.get(from) ?? suitesWithVariants(from, await suites.allSuites());
  outside.set(from, found);
  return (await found).find(({ name }) => name === word)!;
}
