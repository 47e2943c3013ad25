import { strictEqual } from "node:assert";
import { bridgeIn } from "../../_testing/test_bridge.ts";
import { cardIn } from "../../_testing/test_card.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { NetnsWorld } from "./world.ts";

const suitesOf = (name: string) => new URL(`../../_testing/${name}.ts`, import.meta.url).href;

await namespaceTests(import.meta.url, () => {
  insideTest(
    "whole frames of all sizes, and real TCP, pass a device that carries them",
    async () => {
      const world = new NetnsWorld({ suites: suitesOf("test_bridge") });
      await bridgeIn(world, () => Deno.makeTempDir({ dir: "/run" }));
      await world.close();
      const { stdout } = await new Deno.Command("ip", { args: ["netns", "list"] }).output();
      strictEqual(new TextDecoder().decode(stdout), "");
    },
  );

  insideTest(
    "a kernel leaves segmentation and checksums to a card, and its TCP survives the wire",
    async () => {
      const world = new NetnsWorld({ suites: suitesOf("test_card") });
      await cardIn(world, await Deno.makeTempDir({ dir: "/run" }));
      await world.close();
    },
  );
});
