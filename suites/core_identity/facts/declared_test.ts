import assert from "node:assert/strict";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { declared, keyOf, offeredCores } from "./declared.ts";

const parameters = { selection: "hash", cores: 6, key: "ab".repeat(32) };
const profile = testProfile({ parameters });
const lab = (config: unknown) =>
  testEvidence("", 0, { nodes: { sender: { role: "sender", config, profile } } });

Deno.test("what a scenario asks for counts, then what the profile declares, in a lab as elsewhere", () => {
  assert.equal(declared(lab({ selection: "random" }), "sender", "selection"), "random");
  assert.equal(declared(lab({}), "sender", "selection"), "hash");
  assert.equal(declared({ ...lab({}), world: "captures" }, "sender", "selection"), "hash");
  assert.equal(declared(lab({}), "sender", "cover"), undefined);
  assert.equal(declared(lab({}), "receiver", "selection"), undefined);
});

Deno.test("the cores on offer are those asked for, or declared", () => {
  const asked = { processors: [{ cores: 4 }, { cores: 2 }], offline: [1] };
  assert.equal(offeredCores(lab(asked), "sender"), 5);
  assert.equal(offeredCores(lab({}), "sender"), 6);
  assert.equal(offeredCores(testEvidence("", 0), "sender"), undefined);
});

Deno.test("a key is 64 hexadecimal digits", () => {
  assert.equal(keyOf(lab({})), parameters.key);
  assert.equal(keyOf(lab({ key: "short" })), undefined);
  assert.equal(keyOf(testEvidence("", 0)), undefined);
});
