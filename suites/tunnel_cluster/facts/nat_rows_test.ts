import assert from "node:assert/strict";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { collect, INITIATOR, l2tp, NAT, sccrp, type Shown } from "../_testing/captures.ts";
import { control } from "../packets.ts";
import { FIGURE_2 } from "../topologies.ts";
import { Cluster } from "./cluster.ts";
import { packetFacts } from "./cluster_packets.ts";
import { passagesOfRows, timeLeft, timesOf } from "./nat_rows.ts";
import { isInconclusive } from "../../kit/verdict.ts";

const DECLARED = { closing: 600, idle: 1500 };
const LAB = testEvidence("", 0, {
  topology: FIGURE_2,
  nodes: { nat: { role: "nat", config: {}, profile: testProfile({ parameters: DECLARED }) } },
  taps: [
    { name: "ext-n", node: "nat", side: "wan", file: "ext-n.pcapng" },
    { name: "lan-n", node: "nat", side: "lan", file: "lan-n.pcapng" },
  ],
});

const left = (
  time: number,
  payload: Uint8Array,
): Shown => ["ext-n", time, l2tp(NAT, INITIATOR, payload)];
const came = (
  time: number,
  type: number,
  tunnelId: number,
): Shown => ["ext-n", time, l2tp(INITIATOR, NAT, control(type, tunnelId))];

/** Whether the row of each packet from outside is over when it comes. */
function over(frames: readonly Shown[]): boolean[] {
  const cluster = new Cluster(collect(packetFacts, frames, LAB).facts, LAB);
  const times = timesOf(cluster);
  assert.ok(!isInconclusive(times));
  return passagesOfRows(cluster).map((passage) => timeLeft(passage, times) < 0);
}

const { StopCCN, HELLO } = MessageType;

Deno.test("a row outlives its tunnel by the declared time, and ends without a packet", () => {
  const begun = left(0, sccrp(1, 11));
  const ended = [begun, came(0.1, StopCCN, 11), came(0.6, HELLO, 11), came(1.3, HELLO, 11)];
  assert.deepEqual(over(ended), [false, false, true]);
  assert.deepEqual(over([begun, came(1.4, HELLO, 11), came(3, HELLO, 11)]), [false, true]);
});

Deno.test("a row that two tunnels share ends with the second of them", () => {
  const both = [left(0, sccrp(1, 11)), left(0, sccrp(2, 12)), came(0.1, StopCCN, 11)];
  assert.deepEqual(over([...both, came(1, HELLO, 12)]), [false, false]);
  const none = [...both, came(0.2, StopCCN, 12), came(1, HELLO, 12)];
  assert.deepEqual(over(none), [false, false, true]);
});

Deno.test("packets for the spare address and of who has no row are no passages", () => {
  const spare: Shown = ["ext-n", 1, l2tp(INITIATOR, "203.0.113.4", control(HELLO, 11))];
  assert.deepEqual(over([spare, came(1, HELLO, 11)]), []);
});

Deno.test("what a lab would have a NAT do is not what the NAT declares", () => {
  const nodes = { nat: { role: "nat", config: DECLARED, profile: testProfile() } };
  const lab = { ...LAB, nodes };
  const cluster = new Cluster(collect(packetFacts, [], lab).facts, lab);
  assert.deepEqual(timesOf(cluster), {
    verdict: "inconclusive",
    reason: "the profile's parameters do not declare how long rows live",
  });
});
