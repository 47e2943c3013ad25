import assert from "node:assert/strict";
import { MutationPool } from "../../lab/mutation_pool.ts";
import { allSuites } from "../registry.ts";

for (const suite of await allSuites()) {
  const variants = suite.legalVariants ?? [];
  Deno.test(`${suite.name}: no check fails any of ${variants.length} legal variants`, async () => {
    assert.ok(variants.length > 0);
    const pool = new MutationPool(navigator.hardwareConcurrency);
    try {
      await Promise.all(variants.map(async ({ id }) => {
        const { passed, failed, errors, differs } = await pool.legalityOf(suite.name, id);
        assert.deepEqual([...failed, ...errors], [], id);
        assert.ok(passed > 0, `nothing passed ${id}`);
        assert.ok(differs, `${id} behaves as the plain reference does, frame for frame`);
      }));
    } finally {
      pool.close();
    }
  });
}
