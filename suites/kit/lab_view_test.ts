import assert from "node:assert/strict";
import { testEvidence, testProfile } from "../_testing/test_suite.ts";
import { LabView } from "./lab_view.ts";
import type { Topology } from "./topology.ts";

const TOPOLOGY: Topology = {
  name: "two",
  title: "Two devices",
  nodes: { a: { kind: "device" }, b: { kind: "device" } },
  links: [{
    name: "wan",
    ends: [
      { node: "a", interface: "wan0", addresses: ["10.0.0.1/24", "fd00::1/64"] },
      { node: "b", interface: "wan0", addresses: ["10.0.0.2/24"] },
    ],
  }],
  taps: [{ name: "wan-a", node: "a", interface: "wan0", side: "wan" }],
};
const TAPS = [
  { name: "wan-a", node: "a", side: "wan" as const, file: "wan-a.pcapng" },
  { name: "lan-b", node: "b", side: "lan" as const, file: "lan-b.pcapng" },
];
const profile = testProfile({ parameters: { depth: 3 } });
const NODES = {
  a: { role: "sender", config: { depth: 2 }, profile },
  b: { role: "receiver", config: {}, profile },
};
const evidence = testEvidence("", 0, { topology: TOPOLOGY, taps: TAPS, nodes: NODES });
const lab = new LabView(evidence);

Deno.test("taps are found by role, node and side", () => {
  const names = (where: Parameters<LabView["taps"]>[0]) => lab.taps(where).map(({ name }) => name);
  assert.deepEqual(names({ role: "sender" }), ["wan-a"]);
  assert.deepEqual(names({ node: "b", side: "lan" }), ["lan-b"]);
  assert.deepEqual(names({ role: "sender", side: "lan" }), []);
  assert.deepEqual(names({}), ["wan-a", "lan-b"]);
});

Deno.test("addresses come from the topology, by node and by tap", () => {
  assert.deepEqual(lab.addressesOf("a"), ["10.0.0.1", "fd00::1"]);
  assert.deepEqual(lab.addressesOf("a", "wan1"), []);
  assert.deepEqual(lab.addressesAt(TAPS[0]), ["10.0.0.1", "fd00::1"]);
  assert.deepEqual(lab.addressesAt(TAPS[1]), []);
});

Deno.test("settings are the lab's, and the profile's with captures alone", () => {
  assert.equal(lab.setting("a", "depth"), 2);
  const alone = new LabView({ ...evidence, world: "captures" });
  assert.equal(alone.setting("a", "depth"), 3);
  assert.deepEqual(lab.nodesOf("receiver"), ["b"]);
});
