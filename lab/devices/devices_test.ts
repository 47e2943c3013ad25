import { deepStrictEqual, ok } from "node:assert";
import { allSuites } from "../../suites/registry.ts";
import { deviceNames, loadProfile, verifyProfile } from "../commands/devices.ts";

const suites = await allSuites();
const checks = new Set(suites.flatMap((suite) => suite.checks).map(({ id }) => id));
const known = new Set(suites.flatMap((suite) => Object.keys(suite.requirements)));

for (const name of await deviceNames()) {
  Deno.test(`the profile of ${name} names what there is, findings included`, async () => {
    const profile = await loadProfile(name);
    await verifyProfile(profile, suites);
    for (const { check, requirements, frames } of profile.findings ?? []) {
      ok(checks.has(check), `no check ${check}`);
      deepStrictEqual(requirements.filter((id) => !known.has(id)), [], check);
      ok(frames.every(({ octets }) => octets !== ""), `a packet of ${check} has no octets`);
    }
  });
}
