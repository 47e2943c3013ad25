import assert from "node:assert/strict";
import { MemoryWorld } from "../../lab/memory/world.ts";
import { measureMutants } from "../../lab/mutation.ts";
import { MutationPool } from "../../lab/mutation_pool.ts";
import { SUITES } from "../mod.ts";

for (const [word, suite] of Object.entries(SUITES)) {
  Deno.test(`${word}: every mutant is caught by its own check and by no unrelated one`, async () => {
    const pool = new MutationPool(navigator.hardwareConcurrency);
    try {
      const score = await measureMutants(suite, {
        world: new MemoryWorld(),
        seed: 1,
        directory: "",
        jobs: pool.size,
        elsewhere: ({ name }, { id }) => pool.fateOf(name, id),
      });
      assert.ok(score.total > 0);
      assert.deepEqual(score.unseen, [], "every check is seen to fail");
      for (const { id, killed_by, instead, unrelated, errors } of score.mutants) {
        assert.ok(killed_by.length > 0, `${id} survived: ${instead.join("; ")}`);
        assert.deepEqual(unrelated, [], `${id} fails unrelated checks`);
        assert.deepEqual(errors, [], id);
      }
    } finally {
      pool.close();
    }
  });
}
