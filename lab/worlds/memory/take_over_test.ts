import { deepStrictEqual, strictEqual } from "node:assert";
import { TAKEN_OVER, takeOver, whatHappened } from "../../_testing/test_claimants.ts";
import { MemoryWorld } from "./world.ts";

Deno.test("an address follows whoever claimed it last, and stays with the dead until then", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const record = await new MemoryWorld().run({ ...takeOver, directory });
    strictEqual(record.problem, undefined);
    deepStrictEqual(await whatHappened(record, directory), TAKEN_OVER);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
