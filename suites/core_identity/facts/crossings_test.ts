import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { ethernetFrame, udpDatagram } from "../../../captures/wire/build.ts";
import * as packets from "../../../captures/wire/core_identity.ts";
import { encode, Message } from "../../../captures/wire/core_identity_control.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import type { Collector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { profileSchema } from "../../kit/profile.ts";
import { padded, withTtl, withWrongChecksum, withWrongOctet } from "../cases/datagram_changes.ts";
import { nodeSetups } from "../node_setup.ts";
import { FIGURE_3 } from "../topologies.ts";
import { type CrossingFacts, crossingFacts } from "./crossings.ts";

const MAC = "02:00:00:00:00:01";
const TAPS: Tap[] = FIGURE_3.taps.map(({ name, node, side }) => ({ name, node, side, file: "" }));
const profile = profileSchema.parse({
  name: "box",
  roles: ["sender"],
  attach: { kind: "reference" },
});
const NODES: Evidence["nodes"] = Object.fromEntries(
  Object.entries(nodeSetups({})).map(([node, setup]) => [node, { ...setup, profile }]),
);

/** What is seen at a tap. */
type Seen = readonly [tap: string, at: number, ip: Uint8Array];

function datagram(sequence: number): Uint8Array {
  const payload = new Uint8Array(600);
  payload[599] = sequence;
  const ports = { sourcePort: 4000, destinationPort: 5000 };
  return udpDatagram({ source: "10.1.1.2", destination: "10.2.1.2", payload, ...ports });
}

function outer(payload: Uint8Array): Uint8Array {
  const ports = { sourcePort: 7001, destinationPort: packets.CORE_IDENTITY_PORT };
  return udpDatagram({ source: "10.3.1.1", destination: "10.4.1.1", payload, ...ports });
}

/** A packet of the only tunnel, with all of a datagram or octets of it. */
function packet(number: number, octets: Uint8Array, from = 0, to = octets.length): Uint8Array {
  return outer(packets.encode({
    ...{ version: 1, type: packets.PacketType.data, kind: 1, placement: 0, identity: 1n },
    ...{ headerEncrypted: false, authenticated: false, sealed: false, reserved: 0 },
    ...{ clearLength: 0, aggregateId: 1, tunnelId: 1, tunnelSequence: number },
    ...{ globalSequence: number, datagramNumber: 9, pieceOffset: from },
    ...{ datagramLength: octets.length, piece: octets.subarray(from, to) },
  }));
}

const CONFIRM = outer(encode({
  ...{ version: 1, type: packets.PacketType.control, flags: 0, message: Message.confirm },
  ...{ aggregateId: 1, tunnelId: 1, sequence: 1, acknowledged: 1, coreCount: 0 },
  ...{ informationVersion: 1, attributes: [] },
}));
const UP: Seen[] = [["wan-s0", 1, CONFIRM], ["wan-r0", 1, CONFIRM]];

function crossing(role: string, way: "egress" | "ingress", seen: readonly Seen[]) {
  const evidence = testEvidence("", 0, { topology: FIGURE_3, taps: TAPS, nodes: NODES });
  const collector = crossingFacts.begin(evidence) as Collector<CrossingFacts>;
  const walker = new HeaderWalker();
  seen.forEach(([tap, seconds, payload], i) => {
    const bytes = ethernetFrame({ source: MAC, destination: MAC, payload });
    const frame = {
      ...{ number: i + 1, bytes, view: viewOf(bytes), start: 0, end: bytes.length, linkType: 1 },
      ...{ originalLength: bytes.length, seconds, nanoseconds: 0, interfaceId: 0 },
    };
    walker.walk(frame);
    collector.frame?.(frame, walker, TAPS.find(({ name }) => name === tap)!);
  });
  return collector.facts().of(role, way)[0];
}

const entering = (all: readonly Uint8Array[]) => all.map((one): Seen => ["lan-s", 2, one]);

Deno.test("a datagram that leaves in pieces, in any order, is the one that came", () => {
  const one = datagram(1), hop = withTtl(one, 63);
  const seen = crossing("sender", "egress", [
    ...entering([one]),
    ...UP,
    ["wan-s0", 3, packet(1, hop, 400)],
    ["wan-s1", 3, packet(0, hop, 0, 400)],
  ]);
  assert.deepEqual([seen.required, seen.left, seen.missing, seen.invented], [1, 1, 0, 0]);
  assert.deepEqual([seen.hops, seen.ruined, seen.ragged], [0, 0, 0]);
});

Deno.test("the sender is told to lose, to double, to change and to invent datagrams", () => {
  const egress = (all: readonly Uint8Array[], out: readonly Uint8Array[]) =>
    crossing("sender", "egress", [
      ...entering(all),
      ...UP,
      ...out.map((one, i): Seen => ["wan-s0", 3, packet(i, one)]),
    ]);
  const [one, two] = [datagram(1), datagram(2)];
  const lost = egress([one, two], [two]);
  assert.deepEqual([lost.missing, lost.firstMissing], [1, { capture: "lan-s", number: 1 }]);
  const doubled = egress([one], [one, one]);
  assert.deepEqual([doubled.doubled, doubled.firstDoubled?.number], [1, 5]);
  const changed = egress([one], [withWrongOctet(one)]);
  assert.deepEqual([changed.missing, changed.invented], [1, 1]);
  assert.equal(egress([one], [withTtl(one, 65)]).hops, 1);
  assert.equal(egress([one], [withTtl(one, 59)]).hops, 1);
  assert.equal(egress([one], [withWrongChecksum(one)]).ruined, 1);
  assert.equal(egress([withWrongChecksum(one)], []).missing, 0, "a router drops it");
  assert.equal(egress([one], [padded(one)]).ragged, 1);
  assert.equal(egress([withTtl(one, 1)], []).missing, 0, "it has no hop left");
});

Deno.test("what a link loses blames neither end, and what arrives must be forwarded", () => {
  const [one, two] = [datagram(1), datagram(2)];
  const seen: Seen[] = [
    ...entering([one, two]),
    ...UP,
    ["wan-s0", 3, packet(0, one)],
    ["wan-s0", 3, packet(1, two)],
    ["wan-r0", 4, packet(1, two)],
  ];
  assert.equal(crossing("sender", "egress", seen).missing, 0);
  const arrived = crossing("receiver", "ingress", seen);
  assert.deepEqual([arrived.required, arrived.missing], [1, 1]);
  assert.equal(crossing("receiver", "ingress", [...seen, ["lan-r", 5, two]]).missing, 0);
});

Deno.test("a packet that arrives again need not be forwarded again, and may be", () => {
  const one = datagram(1);
  const twice: Seen[] = [...UP, ["wan-r0", 4, packet(1, one)], ["wan-r0", 4, packet(1, one)]];
  const once = crossing("receiver", "ingress", [...twice, ["lan-r", 5, one]]);
  assert.deepEqual([once.missing, once.doubled], [0, 0]);
  const again = crossing("receiver", "ingress", [...twice, ["lan-r", 5, one], ["lan-r", 5, one]]);
  assert.deepEqual([again.missing, again.doubled], [0, 0]);
});

Deno.test("before a tunnel is up a datagram may be lost", () => {
  const seen = crossing("sender", "egress", [["lan-s", 0, datagram(1)], ...UP]);
  assert.deepEqual([seen.required, seen.missing], [0, 0]);
  assert.equal(crossing("sender", "egress", entering([datagram(1)])).required, 0);
});
