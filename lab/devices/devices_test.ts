import { ok } from "node:assert";
import { deviceNames, loadProfile, verifyProfile } from "../commands/devices.ts";

for (const name of await deviceNames()) {
  Deno.test(`the profile of ${name} names what there is, findings included`, async () => {
    const profile = await loadProfile(name);
    await verifyProfile(profile);
    for (const { check, frames } of profile.findings ?? []) {
      ok(frames.every(({ octets }) => octets !== ""), `a packet of ${check} has no octets`);
    }
  });
}
