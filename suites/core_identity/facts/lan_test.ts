import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { ethernetFrame, udpDatagram } from "../../../captures/wire/build.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import { Collector } from "../../kit/collector.ts";
import { FIGURE_3 } from "../topologies.ts";
import { type LanFacts, lanFacts } from "./lan.ts";

const NEAR = { name: "lan-s", node: "sender", side: "lan" as const, file: "" };
const FAR = { name: "lan-r", node: "receiver", side: "lan" as const, file: "" };
const MAC = "02:00:00:00:00:01";

function datagram(ttl: number, last = 0, destination = "10.2.1.2"): Uint8Array {
  const payload = new Uint8Array(20);
  payload[19] = last;
  const ports = { sourcePort: 4000, destinationPort: 5000 };
  return udpDatagram({ source: "10.1.1.2", destination, ttl, payload, ...ports });
}

/** What the LAN taps show, of datagrams at one or the other. */
function seen(frames: readonly (readonly [typeof NEAR, Uint8Array])[]) {
  const collector = lanFacts.begin(testEvidence("", 0, { topology: FIGURE_3, taps: [NEAR, FAR] }));
  assert.ok(collector instanceof Collector);
  const walker = new HeaderWalker();
  frames.forEach(([tap, payload], i) => {
    const bytes = ethernetFrame({ source: MAC, destination: MAC, payload });
    const frame = {
      ...{ number: i + 1, bytes, view: viewOf(bytes), start: 0, end: bytes.length, linkType: 1 },
      ...{ originalLength: bytes.length, seconds: 0, nanoseconds: 0, interfaceId: 0 },
    };
    walker.walk(frame);
    collector.frame?.(frame, walker, tap);
  });
  return { facts: collector.facts() as LanFacts };
}

Deno.test("a datagram that comes out as it went in is delivered, though hops have passed", () => {
  const { facts: { flows } } = seen([[NEAR, datagram(64)], [FAR, datagram(62)]]);
  assert.equal(flows.length, 1);
  const [{ flow, from, to, sent, delivered, sentSum, deliveredSum, alien }] = flows;
  assert.equal(flow, "17 10.1.1.2:4000 > 10.2.1.2:5000");
  assert.deepEqual([from, to, sent, delivered, alien], ["sender", "receiver", 1, 1, 0]);
  assert.equal(sentSum, deliveredSum);
});

Deno.test("one changed octet shows, and which datagram is missing", () => {
  const { facts } = seen([[NEAR, datagram(64)], [NEAR, datagram(64, 1)], [FAR, datagram(62, 2)]]);
  const [flow] = facts.flows;
  assert.deepEqual([flow.sent, flow.delivered, flow.alien], [2, 1, 1]);
  assert.deepEqual(flow.firstAlien, { capture: "lan-r", number: 3 });
  assert.deepEqual(facts.missing(flow), { capture: "lan-s", number: 1 });
});

Deno.test("what stays on the link, and multicast, went through no tunnel", () => {
  const { facts } = seen([
    [NEAR, datagram(64, 0, "10.1.1.1")],
    [NEAR, datagram(1, 0, "224.0.0.1")],
  ]);
  assert.deepEqual(facts.flows, []);
});
