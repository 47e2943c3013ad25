import assert from "node:assert/strict";
import { fragment } from "../../../captures/wire/build.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import {
  capturesOf,
  collect,
  INITIATOR,
  l2tp,
  local,
  MASTER,
  message,
  type Shown,
} from "../_testing/captures.ts";
import { control, sccrq } from "../packets.ts";
import { packetFacts } from "./cluster_packets.ts";
import { attributesOf, formatPacket, missingAvp, NoMessage } from "./l2tp_packets.ts";

const DATA = Uint8Array.of(0, 2, 0, 5, 0, 6, 0xff, 3, 0xc0, 0x21);
const shown = (...payloads: Uint8Array[]): Shown[] =>
  payloads.map((payload, i) => ["ext", i, l2tp(INITIATOR, MASTER, payload)]);
const packetsOf = (...payloads: Uint8Array[]) =>
  collect(packetFacts, shown(...payloads)).facts.packets;

Deno.test("a request is read with its addresses, ports, numbers and Tunnel ID", () => {
  const [packet] = packetsOf(sccrq(0x1234));
  assert.deepEqual(
    { ...packet, octets: "", time: 0 },
    {
      ...{ tap: "ext", time: 0, source: INITIATOR, destination: MASTER, octets: "" },
      ...{ sourcePort: 1701, destinationPort: 1701, ttl: 64, dscp: 0, checksumsRight: true },
      ...{
        unchecked: false,
        ecn: 0,
        dontFragment: false,
        assignedSession: -1,
        parted: false,
        type: MessageType.SCCRQ,
        tunnelId: 0,
        sessionId: 0,
        ns: 0,
        nr: 0,
      },
      ...{ assigned: 0x1234, frame: { capture: "ext", number: 1 } },
    },
  );
  assert.equal(missingAvp(packet), undefined);
  assert.deepEqual(attributesOf(packet), { types: [0, 2, 7, 3, 9], hidden: [] });
});

Deno.test("what is no control message that can be read is told apart", () => {
  const zlb = control(0, 7).slice(0, 12), otherVersion = sccrq(1), cut = sccrq(1).slice(0, 8);
  zlb[3] = 12;
  otherVersion[1] = 3;
  const long = sccrq(1);
  long[2] = 0x40;
  const types = packetsOf(zlb, DATA, otherVersion, cut, long).map(({ type }) => type);
  const { data, otherVersion: other, unreadable } = NoMessage;
  assert.deepEqual(types, [0, data, other, unreadable, unreadable]);
  assert.match(
    formatPacket(packetsOf(DATA)[0]),
    /^data 198\.51\.100\.2:1701 > 203\.0\.113\.1:1701$/,
  );
});

Deno.test("a control message is known at any port, and nothing else is", () => {
  const at = (payload: Uint8Array) =>
    collect(packetFacts, [
      ["ext", 0, l2tp(INITIATOR, MASTER, payload, { sourcePort: 5555, destinationPort: 5556 })],
    ]).facts.packets.length;
  assert.equal(at(sccrq(1)), 1);
  assert.equal(at(DATA), 0);
});

Deno.test("long messages are told apart without keeping their octets", () => {
  const long = new Uint8Array(1000 * 3);
  long.set(DATA);
  const other = long.slice();
  other[2999] = 1;
  const [a, b, c] = packetsOf(long, other, long);
  assert.notEqual(a.octets, b.octets);
  assert.equal(a.octets, c.octets);
  assert.ok(a.octets.length < 100);
});

Deno.test("messages of the cluster are read, malformed ones kept apart", () => {
  const bad = message("report", 1, 0, { load: 20_000 }), cut = message("report", 1, 0).slice(0, -1);
  const frames: Shown[] = [
    ["lan", 0, message("register", 3, 0, { load: 1000, registers: true, flags: 3 })],
    ["lan", 1, bad],
    ["lan", 2, cut],
  ];
  const { messages, malformed } = collect(packetFacts, frames).facts;
  const { member, term, load, tunnels, localAddress, draining, inactive } = messages[0];
  assert.deepEqual(
    [member, term, load, tunnels, localAddress, draining, inactive],
    [3, 1, 1000, 10_000, local(3), true, true],
  );
  assert.deepEqual(malformed.map(({ frame }) => frame.number), [2, 3]);
});

Deno.test("fragments are kept, and the first of them is read as far as it goes", () => {
  const parts = fragment(l2tp(INITIATOR, MASTER, sccrq(1, "a".repeat(900))), 576);
  const { fragments, packets } =
    collect(packetFacts, parts.map((part): Shown => ["ext", 0, part])).facts;
  assert.deepEqual(fragments.map(({ offset }) => offset), [0, 552]);
  assert.deepEqual(packets.map(({ type }) => type), [MessageType.SCCRQ]);
});

Deno.test("what finds no room is confessed, and counted for each tap alone", () => {
  const cut = message("report", 1, 0).slice(0, -1);
  const many = (tap: string, count: number): Shown[] =>
    Array.from({ length: count }, () => [tap, 0, cut]);
  assert.equal(collect(packetFacts, [...many("a", 4096), ...many("b", 4096)]).excess, undefined);
  assert.equal(
    collect(packetFacts, many("a", 4097)).excess,
    "1 malformed messages of the cluster at a tap beyond the 4096 that are kept",
  );
  const packet = l2tp(INITIATOR, MASTER, DATA);
  const packets = Array.from({ length: 32_769 }, (): Shown => ["a", 0, packet]);
  assert.equal(
    collect(packetFacts, packets, capturesOf([])).excess,
    "1 messages of L2TP at a tap beyond the 32768 that are kept",
  );
});
