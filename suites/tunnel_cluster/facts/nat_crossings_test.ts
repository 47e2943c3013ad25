import assert from "node:assert/strict";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { collect, INITIATOR, l2tp, local, NAT, sccrp, type Shown } from "../_testing/captures.ts";
import { control } from "../packets.ts";
import { FIGURE_2 } from "../topologies.ts";
import { Cluster } from "./cluster.ts";
import { packetFacts } from "./cluster_packets.ts";
import { natCrossing, type NatWay } from "./nat_crossings.ts";

const profile = testProfile();
const LAB = testEvidence("", 0, {
  topology: FIGURE_2,
  nodes: {
    nat: { role: "nat", config: { closing: 600, idle: 1500 }, profile },
    endpoint1: { role: "endpoint", config: { member: 1 }, profile },
  },
  taps: [
    { name: "ext-n", node: "nat", side: "wan", file: "ext-n.pcapng" },
    { name: "lan-n", node: "nat", side: "lan", file: "lan-n.pcapng" },
    { name: "lan-e1", node: "endpoint1", side: "lan", file: "lan-e1.pcapng" },
  ],
});

const ENDPOINT = local(1);
const inside = (time: number, payload: Uint8Array): Shown => [
  "lan-n",
  time,
  l2tp(ENDPOINT, INITIATOR, payload),
];
const outside = (time: number, payload: Uint8Array): Shown => [
  "ext-n",
  time,
  l2tp(NAT, INITIATOR, payload),
];
const came = (time: number, payload: Uint8Array): Shown => [
  "ext-n",
  time,
  l2tp(INITIATOR, NAT, payload),
];
const handed = (time: number, payload: Uint8Array): Shown => [
  "lan-n",
  time,
  l2tp(INITIATOR, ENDPOINT, payload),
];

/** A tunnel that comes up, and something long after all else. */
const BEGUN = [inside(1, sccrp(1, 11)), outside(1.001, sccrp(1, 11))];
const LATER = came(2, control(MessageType.HELLO, 99));
const HELLO = control(MessageType.HELLO, 11), OTHER = control(MessageType.HELLO, 12);

function crossing(way: NatWay, frames: readonly Shown[]) {
  const sorted = [...BEGUN, ...frames, LATER].sort((a, b) => a[1] - b[1]);
  const cluster = new Cluster(collect(packetFacts, sorted, LAB).facts, LAB);
  const { required, missing, doubled, invented, ruined } = natCrossing(cluster, way, 0);
  return [required.length, missing.length, doubled.length, invented.length, ruined.length];
}

Deno.test("what passes once, either way, is right", () => {
  assert.deepEqual(crossing("outward", [inside(1.1, HELLO), outside(1.101, HELLO)]), [
    2,
    0,
    0,
    0,
    0,
  ]);
  assert.deepEqual(crossing("inward", [came(1.1, HELLO), handed(1.101, HELLO)]), [1, 0, 0, 0, 0]);
});

Deno.test("what is lost, doubled, changed or invented is told", () => {
  assert.deepEqual(crossing("outward", [inside(1.1, HELLO)]), [2, 1, 0, 0, 0]);
  assert.deepEqual(crossing("inward", [came(1.1, HELLO)]), [1, 1, 0, 0, 0]);
  const twice = [outside(1.101, HELLO), outside(1.102, HELLO)];
  assert.deepEqual(crossing("outward", [inside(1.1, HELLO), ...twice]), [2, 0, 1, 0, 0]);
  assert.deepEqual(
    crossing("outward", [inside(1.1, HELLO), outside(1.101, OTHER)]),
    [2, 1, 0, 1, 0],
  );
  assert.deepEqual(crossing("inward", [handed(1.1, HELLO)]), [0, 0, 0, 1, 0]);
});

Deno.test("a message that comes twice passes twice, or is lost", () => {
  const repeated = [came(1.1, HELLO), came(1.2, HELLO), handed(1.101, HELLO)];
  assert.deepEqual(crossing("inward", repeated), [2, 1, 0, 0, 0]);
  assert.deepEqual(crossing("inward", [...repeated, handed(1.201, HELLO)]), [2, 0, 0, 0, 0]);
});

Deno.test("what came before the NAT is seen to live is not missing, and what came later is", () => {
  const early = inside(0.9, sccrp(1, 11)), unheard = inside(0.8, sccrp(2, 12));
  assert.deepEqual(crossing("outward", [early]), [1, 0, 0, 0, 0]);
  assert.deepEqual(crossing("outward", [unheard]), [1, 0, 0, 0, 0]);
  assert.deepEqual(crossing("outward", [early, inside(1.1, sccrp(1, 11))]), [2, 1, 0, 0, 0]);
  assert.deepEqual(crossing("outward", [early, inside(0.95, OTHER), inside(1.1, HELLO)]), [
    2,
    1,
    0,
    0,
    0,
  ]);
  assert.deepEqual(crossing("outward", [early, outside(1.01, sccrp(1, 11))]), [1, 0, 0, 0, 0]);
});

Deno.test("what comes when its row is over, or with the end of the capture, may be lost", () => {
  const stopped = [came(1.1, control(MessageType.StopCCN, 11))];
  const passed = [handed(1.101, control(MessageType.StopCCN, 11))];
  assert.deepEqual(crossing("inward", [...stopped, ...passed, came(1.9, HELLO)]), [1, 0, 0, 0, 0]);
  assert.deepEqual(crossing("inward", [came(1.99, HELLO)]), [0, 0, 0, 0, 0]);
});

Deno.test("a wrong checksum of what leaves is told", () => {
  const wrong = l2tp(NAT, INITIATOR, HELLO);
  wrong[27] ^= 0x55;
  assert.deepEqual(crossing("outward", [inside(1.1, HELLO), ["ext-n", 1.101, wrong]]), [
    ...[2, 0, 0, 0, 1],
  ]);
});
