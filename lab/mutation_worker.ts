/** A thread of `MutationPool`. */
import * as suites from "../suites/registry.ts";
import { MemoryWorld } from "./memory/world.ts";
import { resultOf } from "./mutation.ts";
import type { MutationAnswer, MutationTask } from "./mutation_pool.ts";

// The project is checked as a program; only a worker has this end of the channel.
const channel = self as unknown as {
  onmessage: (event: MessageEvent<MutationTask>) => void;
  postMessage(answer: MutationAnswer): void;
};

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
  const directory = await Deno.makeTempDir({ prefix: "plumbline-mutant-" });
  try {
    return await resultOf(suite, mutant, { world: new MemoryWorld(), seed: 1, directory, narrow });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
