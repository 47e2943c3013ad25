/** A thread of `MutationPool`. */
import { existsSync } from "node:fs";
import * as suites from "../suites/registry.ts";
import { JudgementMemo } from "./judgement_memo.ts";
import { MemoryWorld } from "./memory/world.ts";
import { resultOf } from "./mutation.ts";
import { temporaryFolder } from "./temporary.ts";
import type { MutationAnswer, MutationTask } from "./mutation_pool.ts";

// The project is checked as a program; only a worker has this end of the channel.
const channel = self as unknown as {
  onmessage: (event: MessageEvent<MutationTask>) => void;
  postMessage(answer: MutationAnswer): void;
};

/** Where files cost no disk: Linux has a file system in memory there; elsewhere the usual folder. */
const MEMORY = existsSync("/dev/shm") ? "/dev/shm" : undefined;

const memo = new JudgementMemo();

channel.onmessage = async ({ data }) => {
  try {
    channel.postMessage({ result: await run(data) });
  } catch (error) {
    channel.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function run({ suite: name, mutant: id, narrow }: MutationTask) {
  const suite = (await suites.suiteOf(suites, name))!;
  const mutant = suite.mutants.find((mutant) => mutant.id === id)!;
  const directory = await temporaryFolder("mutant", MEMORY);
  try {
    const world = new MemoryWorld();
    return await resultOf(suite, mutant, { world, seed: 1, directory, narrow, memo });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
