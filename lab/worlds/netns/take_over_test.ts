import { deepStrictEqual, strictEqual } from "node:assert";
import { TAKEN_OVER, takeOver, whatHappened } from "../../_testing/test_claimants.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { NetnsWorld } from "./world.ts";

await namespaceTests(import.meta.url, () => {
  insideTest(
    "routers follow the devices that claim an address, scenario after scenario",
    async () => {
      const suites = new URL("../../_testing/test_claimants.ts", import.meta.url).href;
      const world = new NetnsWorld({ suites });
      for (const _ of ["on a new lab", "after a device was killed"]) {
        const directory = await Deno.makeTempDir({ dir: "/run" });
        const record = await world.run({ ...takeOver, directory });
        strictEqual(record.problem, undefined);
        deepStrictEqual(await whatHappened(record, directory), TAKEN_OVER);
      }
      await world.close();
    },
  );
});
