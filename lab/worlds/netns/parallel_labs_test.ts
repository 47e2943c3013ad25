import { deepStrictEqual, strictEqual } from "node:assert";
import { TAKEN_OVER, takeOver, whatHappened } from "../../_testing/test_claimants.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { ParallelLabs } from "./parallel_labs.ts";

await namespaceTests(import.meta.url, () => {
  insideTest(
    "labs of equal names and addresses stand side by side and disturb nothing",
    async () => {
      const labs = new ParallelLabs(
        new URL("../../_testing/test_claimants.ts", import.meta.url).href,
      );
      const root = await Deno.makeTempDir();
      try {
        await Promise.all([1, 2, 3].map(async (n) => {
          const directory = `${root}/${n}`;
          const record = await labs.run({ ...takeOver, directory });
          strictEqual(record.problem, undefined);
          deepStrictEqual(await whatHappened(record, directory), TAKEN_OVER);
        }));
      } finally {
        await labs.close();
        await Deno.remove(root, { recursive: true });
      }
    },
  );
});
