import { strictEqual } from "node:assert";
import { bridgeIn } from "../../_testing/test_bridge.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { NetnsWorld } from "./world.ts";

await namespaceTests(import.meta.url, () => {
  insideTest(
    "whole frames of all sizes, and real TCP, pass a device that carries them",
    async () => {
      const suites = new URL("../../_testing/test_bridge.ts", import.meta.url).href;
      const world = new NetnsWorld({ suites });
      await bridgeIn(world, () => Deno.makeTempDir({ dir: "/run" }));
      await world.close();
      const { stdout } = await new Deno.Command("ip", { args: ["netns", "list"] }).output();
      strictEqual(new TextDecoder().decode(stdout), "");
    },
  );
});
