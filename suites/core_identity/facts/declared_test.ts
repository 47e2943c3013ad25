import assert from "node:assert/strict";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { declared, isInKey, keyOf, offeredCores, provisionedSet } from "./declared.ts";

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

Deno.test("a value that the source does not allow declares nothing", () => {
  const of = (own: Record<string, string | number>) =>
    testEvidence("", 0, {
      nodes: { sender: { role: "sender", config: {}, profile: testProfile({ parameters: own }) } },
    });
  assert.equal(declared(of({ senderIdle: 10_000 }), "sender", "senderIdle"), 10_000);
  assert.equal(declared(of({ senderIdle: 1 }), "sender", "senderIdle"), undefined);
  assert.equal(declared(of({ selection: "hsah" }), "sender", "selection"), undefined);
  assert.equal(keyOf(of({ key: "short" })), undefined);
});

Deno.test("criteria of the key and provisioned identities are those asked for, or declared", () => {
  const own = testProfile({ parameters: { dscpInKey: true, provisioned: "0 1F" } });
  const of = (config: unknown) =>
    testEvidence("", 0, { nodes: { sender: { role: "sender", config, profile: own } } });
  assert.equal(isInKey(of({ criteria: { protocol: true, dscp: false } }), "dscp"), false);
  assert.equal(isInKey(of({}), "dscp"), true);
  assert.equal(isInKey(of({}), "protocol"), undefined);
  assert.deepEqual(provisionedSet(of({ provisioned: { receiver: [2, 31] } })), ["2", "1f"]);
  assert.deepEqual(provisionedSet(of({})), ["0", "1f"]);
  assert.equal(provisionedSet(lab({})), undefined);
});

Deno.test("the cores on offer are those declared, or else asked for, less those kept back", () => {
  const asked = { processors: [{ cores: 4 }, { cores: 2 }], offline: [1] };
  const kept = testProfile({ parameters: { keptCores: 2 } });
  const keeps = { nodes: { sender: { role: "sender", config: asked, profile: kept } } };
  assert.equal(offeredCores(testEvidence("", 0, keeps), "sender"), 3);
  assert.equal(offeredCores(lab({ ...asked, processors: [{ cores: 2 }] }), "sender"), 5);
  assert.equal(offeredCores(lab({}), "sender"), 6);
  assert.equal(offeredCores(testEvidence("", 0), "sender"), undefined);
});

Deno.test("a key is 64 hexadecimal digits", () => {
  assert.equal(keyOf(lab({})), parameters.key);
  assert.equal(keyOf(lab({ key: "short" })), undefined);
  assert.equal(keyOf(testEvidence("", 0)), undefined);
});
