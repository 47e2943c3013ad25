import { ok, rejects } from "node:assert";
import { deviceNames, loadProfile, verifyProfile } from "../../commands/devices.ts";

Deno.test("classes that no device can keep both are refused with the reason", async () => {
  const profile = await loadProfile("null_mute");
  const both = { ...profile, classes: ["F5", "F7"] };
  await rejects(verifyProfile(both), /no device can be both F5 and F7: .*one identity in FIG. 5/);
  await verifyProfile({ ...both, attach: { kind: "reference" } });
});

for (const name of await deviceNames()) {
  Deno.test(`the profile of ${name} names what there is, findings included`, async () => {
    const profile = await loadProfile(name);
    await verifyProfile(profile);
    for (const { check, frames } of profile.findings ?? []) {
      ok(frames.every(({ octets }) => octets !== ""), `a packet of ${check} has no octets`);
    }
  });
}

Deno.test("parameters and options of a profile are held against what the suites know", async () => {
  const profile = async (changes: object) => {
    const reference = await loadProfile("reference");
    return verifyProfile({ ...reference, ...changes });
  };
  await profile({ parameters: { selection: "hash", senderIdle: 60_000 }, classes: ["F7"] });
  await profile({ classes: ["F7", "session_spreading"] });
  await rejects(profile({ parameters: { senderIdle: 0 } }), /from 10000 to 86400000: got 0/);
  await rejects(
    profile({ parameters: { selection: "hsah" } }),
    /the nearest that is known is hash/,
  );
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const waiver = { requirement: "CID-001", reason: "fixed in 2.0", expires: tomorrow };
  await rejects(profile({ exceptions: [waiver, waiver] }), /got several for CID-001/);
});
