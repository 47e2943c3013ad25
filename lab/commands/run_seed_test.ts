import { notStrictEqual, ok, strictEqual } from "node:assert";
import { profileSchema } from "../../suites/kit/profile.ts";
import { seedOfRerun, seedOfRun, seedOfScenario } from "./run_seed.ts";

const device = (attach: unknown) => profileSchema.parse({ name: "x", roles: ["lns"], attach });
const anew = device({ kind: "process", command: ["x"] });
const lasting = device({ kind: "interface", cables: { wan0: "eth1" } });
const planned = (name: string, ...devices: (typeof anew)[]) => ({
  evidence: `evidence/${name}`,
  profiles: Object.fromEntries(devices.map((profile, i) => [`node${i}`, profile])),
});

Deno.test("devices that are started for a scenario meet the same peers in each", () => {
  strictEqual(seedOfRun([anew]), 1);
  for (const name of ["a", "b"]) {
    strictEqual(seedOfScenario(planned(name, anew), 7), 7);
    strictEqual(seedOfRerun(planned(name, anew), 7), 7);
  }
});

Deno.test("a device that lasts meets others in each scenario, in each run, and when one runs again", () => {
  const seeds = ["a", "b", "c"].flatMap((name) => {
    const one = planned(name, anew, lasting);
    return [seedOfScenario(one, 7), seedOfRerun(one, 7), seedOfScenario(one, 8)];
  });
  strictEqual(new Set(seeds).size, seeds.length);
  ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff));
  notStrictEqual(seedOfRun([lasting]), seedOfRun([lasting]));
  // What a seed was given for is that the same happens again.
  strictEqual(seedOfScenario(planned("a", lasting), 7), seedOfScenario(planned("a", lasting), 7));
});
