import { deepStrictEqual, ok, rejects } from "node:assert";
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

Deno.test("parameters and options of a profile are held against what the suites know", async () => {
  const [suite] = suites.filter(({ name }) => name === "core_identity");
  const profile = async (changes: object) => {
    const reference = await loadProfile("reference");
    return verifyProfile({ ...reference, ...changes }, [suite]);
  };
  await profile({ parameters: { selection: "hash", senderIdle: 60_000 }, classes: ["F7"] });
  await profile({ classes: ["F7", "session_spreading"] });
  await rejects(profile({ parameters: { senderIdle: 0 } }), /from 10000 to 86400000: got 0/);
  await rejects(profile({ parameters: { selection: "hsah" } }), /the nearest is hash/);
});
