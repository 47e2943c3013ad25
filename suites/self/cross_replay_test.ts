import assert from "node:assert/strict";
import { allSuites } from "../registry.ts";
import type { ReplayAnswer, ReplayTask } from "./_testing/cross_replay_worker.ts";

/** Has a thread replay its share of a suite. */
async function replayed(task: ReplayTask): Promise<ReplayAnswer> {
  const url = new URL("_testing/cross_replay_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage(task);
    });
  } finally {
    worker.terminate();
  }
}

for (const { name, scenarios } of await allSuites()) {
  Deno.test(`${name}: what conformant peers leave fails no check, with or without its lab`, async () => {
    const of = navigator.hardwareConcurrency;
    const shards = Array.from({ length: of }, (_, index) => ({ index, of }));
    const answers = await Promise.all(
      shards.map((shard) => replayed({ suite: name, seed: 1, shard })),
    );
    let count = 0;
    for (const answer of answers) {
      assert.ok("found" in answer, JSON.stringify(answer));
      assert.deepEqual(answer.found, []);
      count += answer.scenarios;
    }
    assert.equal(count, scenarios.length);
  });
}
