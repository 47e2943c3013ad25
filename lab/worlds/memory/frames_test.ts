import { rejects } from "node:assert";
import { bridgeIn } from "../../_testing/test_bridge.ts";
import { cardIn } from "../../_testing/test_card.ts";
import { MemoryWorld } from "./world.ts";

Deno.test("whole frames of all sizes, and TCP, pass a device that carries them", async () => {
  const made: string[] = [];
  await bridgeIn(new MemoryWorld(), async () => {
    made.push(await Deno.makeTempDir());
    return made.at(-1)!;
  });
  for (const directory of made) {
    await Deno.remove(directory, { recursive: true });
    await rejects(Deno.stat(directory));
  }
});

Deno.test("TCP leaves segmentation to a card, whatever the wire loses", async () => {
  const directory = await Deno.makeTempDir();
  await cardIn(new MemoryWorld(), directory);
  await Deno.remove(directory, { recursive: true });
});
