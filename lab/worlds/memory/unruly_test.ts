/**
 * Whatever a wire delivers twice or out of order, a scenario comes to its end: of one wire that doubles
 * come twice as many frames, and of an echo over it four times as many, but never a storm.
 */
import assert from "node:assert/strict";
import { allSuites } from "../../../suites/registry.ts";
import { MEMORY, temporaryFolder } from "../../temporary.ts";
import { type Fate, withUnrulyWire } from "./_testing/unruly_wires.ts";
import { MemoryWorld } from "./world.ts";

const SCENARIOS = [
  ...["core_identity/7/sessions", "core_identity/7/processor_update", "core_identity/9/sessions"],
  ...["core_identity/7/wan_change", "l2tp/lac/conversation", "l2tp/lns/conversation"],
  ...["l2tp/lac/reliable/duplicate", "tunnel_cluster/nat/bring_up", "tunnel_cluster/nat/data_path"],
  ...["tunnel_cluster/global/endpoint_dies", "tunnel_cluster/nat/followers"],
];

const FATES: Readonly<Record<string, Fate>> = {
  "twice at once": () => [0, 0],
  "twice, the copy late": () => [0, 40],
  "four times": () => [0, 0, 3, 90],
  "out of order": (index) => [index % 3 === 0 ? 5 : 0],
};

/** How many times the frames of a calm run an unruly wire may bring forth. */
const GROWTH: Readonly<Record<string, number>> = { "four times": 18, "out of order": 3 };

for (const id of SCENARIOS) {
  Deno.test(`${id} ends without a storm, whichever wire doubles or reorders`, async () => {
    const suite = (await allSuites()).find(({ name }) => id.startsWith(`${name}/`))!;
    const scenario = suite.scenarios.find((scenario) => scenario.id === id);
    assert.ok(scenario, `there is no ${id}`);
    const directory = await temporaryFolder("unruly", MEMORY);
    const run = (wire: number, fate: Fate, most: number) =>
      withUnrulyWire(wire, fate, most, async () => {
        await new MemoryWorld().run({ suite, scenario, profiles: {}, seed: 1, directory });
      });
    try {
      const calm = await run(-1, () => [0], Infinity);
      assert.ok(calm.frames > 0 && calm.wires > 0);
      for (const [what, fate] of Object.entries(FATES)) {
        const most = calm.frames * (GROWTH[what] ?? 6) + 200;
        for (let wire = 0; wire < calm.wires; wire++) {
          const { frames } = await run(wire, fate, most);
          assert.ok(frames <= most, `${what} on wire ${wire}: ${frames} frames of ${calm.frames}`);
        }
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
