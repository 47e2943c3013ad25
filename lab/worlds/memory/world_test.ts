import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import { CORE_IDENTITY } from "../../../suites/core_identity/suite.ts";
import { profileSchema } from "../../../suites/kit/profile.ts";
import { MemoryWorld } from "./world.ts";
import { Scheduler } from "./scheduler.ts";

async function evidenceOf(seed: number, scenarioId: string): Promise<Map<string, string>> {
  const directory = await Deno.makeTempDir();
  try {
    const scenario = CORE_IDENTITY.scenarios.find((s) => s.id === scenarioId)!;
    const world = new MemoryWorld();
    const record = await world.run({
      suite: CORE_IDENTITY,
      scenario,
      profiles: {},
      seed,
      directory,
    });
    strictEqual(record.problem, undefined);
    const nodes = { sender: 0, receiver: 0 };
    deepStrictEqual(record.lateness, { nodes, wires: 0, recorder: 0, machine: 0 });
    const files = new Map<string, string>();
    for await (const { name } of Deno.readDir(directory)) {
      const bytes = await Deno.readFile(`${directory}/${name}`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      files.set(name, digest.toHex());
    }
    return files;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("the same seed leaves the same evidence, to the last octet", async () => {
  const once = await evidenceOf(7, "core_identity/7/jitter");
  deepStrictEqual(await evidenceOf(7, "core_identity/7/jitter"), once);
  ok(once.size > 5);
});

Deno.test("another seed leaves other evidence", async () => {
  const once = await evidenceOf(7, "core_identity/7/jitter");
  const other = await evidenceOf(8, "core_identity/7/jitter");
  ok(once.get("wan-r0.pcapng") !== other.get("wan-r0.pcapng"));
});

Deno.test("a device that only a real world can attach is refused with the way out", async () => {
  const directory = await Deno.makeTempDir();
  const scenario = CORE_IDENTITY.scenarios[0];
  const attach = { kind: "process", command: ["true"] };
  const foreign = profileSchema.parse({ name: "x", roles: ["receiver"], attach });
  const profiles = { receiver: foreign };
  const world = new MemoryWorld();
  const record = await world.run({ suite: CORE_IDENTITY, scenario, profiles, seed: 1, directory });
  ok(record.problem?.includes("--world netns"), record.problem);
  await Deno.remove(directory, { recursive: true });
  await rejects(Deno.stat(directory));
});

Deno.test("what is due at one time happens in the order in which it was arranged", () => {
  const scheduler = new Scheduler();
  const done: number[] = [];
  for (const [i, at] of [5, 1, 5, 3, 1, 0].entries()) scheduler.at(at, () => done.push(i));
  while (scheduler.step());
  deepStrictEqual(done, [5, 1, 4, 3, 0, 2]);
  strictEqual(scheduler.now, 5);
});
