import assert from "node:assert/strict";
import type { Evidence } from "../../kit/evidence.ts";
import { profileSchema } from "../../kit/profile.ts";
import { knownFormats, presetsOf } from "./declared.ts";

/** Evidence of a card with a profile, whose scenario configures one format. */
function evidenceOf(profile: Record<string, unknown>, world = "netns"): Evidence {
  const attach = { kind: "process", command: ["card"] };
  const parsed = profileSchema.parse({ name: "card", roles: ["nic"], attach, ...profile });
  const config = { formats: { made_up: { protocol: 253, length: { octets: 12 }, adjusts: [] } } };
  const nic = { role: "nic", profile: parsed, config };
  return { world, nodes: { nic }, stimuli: [] } as unknown as Evidence;
}

Deno.test("a card knows the tunnels that it declares, whatever its scenario configures", () => {
  const evidence = evidenceOf({ classes: ["linux", "gre_tunnels", "ipip"] });
  const names = ["gre_checksum", "gre_key", "gre_plain", "ip6ip", "ipip"];
  assert.deepEqual([...knownFormats(evidence, "nic")].sort(), names);
  assert.deepEqual(Object.keys(presetsOf(evidence, "nic")).sort(), [...names, "made_up"]);
});

Deno.test("a card that is configured by presets, and our own, know what they are told alone", () => {
  const classes = ["presets", "gre_tunnels", "vxlan"];
  const configured = evidenceOf({ classes });
  const own = evidenceOf({ classes: ["gre_tunnels"], attach: { kind: "reference" } });
  for (const evidence of [configured, own]) {
    assert.deepEqual(knownFormats(evidence, "nic"), []);
    assert.deepEqual(Object.keys(presetsOf(evidence, "nic")), ["made_up"]);
  }
  assert.deepEqual(knownFormats(evidenceOf({ classes: ["vxlan"] }, "captures"), "nic"), []);
});
