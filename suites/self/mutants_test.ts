import assert from "node:assert/strict";
import { MemoryWorld } from "../../lab/worlds/memory/world.ts";
import { measureMutants } from "../../lab/mutation.ts";
import { MutationPool } from "../../lab/mutation_pool.ts";
import { allSuites } from "../registry.ts";

/**
 * Scenarios of a suite up to which each mutant goes through all of its class here; beyond, it goes
 * through those that judge what it breaks, and `plumbline mutants` takes the time for the rest.
 */
const AT_ONCE = 100;

for (const suite of await allSuites()) {
  const word = suite.name;
  const narrow = suite.scenarios.length > AT_ONCE;
  Deno.test(`${word}: every mutant is caught by its own check and by no unrelated one`, async () => {
    const pool = new MutationPool(navigator.hardwareConcurrency);
    try {
      const score = await measureMutants(suite, {
        world: new MemoryWorld(),
        seed: 1,
        directory: "",
        elsewhere: ({ name }, { id }) => pool.resultOf(name, id, narrow),
      });
      assert.ok(score.total > 0);
      if (!narrow) assert.deepEqual(score.neverFailed, [], "every check is seen to fail");
      for (const { id, killed_by, otherVerdicts, unrelated, errors } of score.mutants) {
        assert.ok(killed_by.length > 0, `${id} survived: ${otherVerdicts.join("; ")}`);
        assert.deepEqual(unrelated, [], `${id} fails unrelated checks`);
        assert.deepEqual(errors, [], id);
      }
    } finally {
      pool.close();
    }
  });
}
