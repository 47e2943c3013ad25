/** Every cluster message and attribute, octet by octet from the diagram. */
import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { ClusterView } from "../view/tunnel_cluster.ts";
import {
  ClusterAttribute,
  ClusterFlag,
  ClusterMessage,
  type ClusterRecord,
  decode,
  encode,
  isWellFormed,
  withLength,
} from "./tunnel_cluster.ts";

type Content = Pick<ClusterRecord, "message" | "attributes"> & Partial<ClusterRecord>;

/** A record with the Length of its content. */
function record(content: Content): ClusterRecord {
  return withLength({
    ...{ version: 1, flags: 0, length: 0, member: 0x0304, term: 0x0506 },
    ...{ sequence: 0x0708090a, acknowledged: 0, rest: new Uint8Array(0) },
    ...content,
  });
}

const MESSAGES: readonly { name: keyof typeof ClusterMessage; octets: string; content: Content }[] =
  [
    {
      name: "register",
      octets: `
      10         # Ver 1, I 0, D 0
      01         # Message
      0044       # Length: 16 + 8 + 20 + 6 + 8 + 6 + 4
      0304       # Member
      0506       # Term
      0708090a   # Sequence Number
      00000000   # Acknowledged Sequence Number
      0001 0004  # Type 1: local address, Length 4
      0a000c01   # 10.0.12.1
      0002 0010  # Type 2: global address, Length 16
      20010db8000000000000000000000007  # 2001:db8::7
      0003 0002  # Type 3: load, Length 2
      2710       # 10000: 100 per cent
      0004 0004  # Type 4: tunnels, Length 4
      00010000   # 65536
      0006 0002  # Type 6: priority, Length 2
      0009       # 9
      ff00 0000  # Type 65280, Length 0`,
      content: {
        message: 1,
        attributes: [
          { type: 1, value: Uint8Array.of(10, 0, 12, 1) },
          {
            type: 2,
            value: Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7),
          },
          { type: 3, value: Uint8Array.of(0x27, 0x10) },
          { type: 4, value: Uint8Array.of(0, 1, 0, 0) },
          { type: 6, value: Uint8Array.of(0, 9) },
          { type: 0xff00, value: new Uint8Array(0) },
        ],
      },
    },
    {
      name: "registerAck",
      octets: `
      10 02      # Ver 1, I 0, D 0; Message
      0018       # Length: 16 + 8
      0304 0506  # Member, Term
      0708090a   # Sequence Number
      00000001   # Acknowledged Sequence Number
      0007 0004  # Type 7: master address, Length 4
      cb007101   # 203.0.113.1`,
      content: {
        ...{ message: 2, acknowledged: 1 },
        attributes: [{ type: 7, value: Uint8Array.of(203, 0, 113, 1) }],
      },
    },
    {
      name: "report",
      octets: `
      13 03      # Ver 1, I 1, D 1; Message
      0026       # Length: 16 + 6 + 8 + 8
      0304 0506  # Member, Term
      0708090a   # Sequence Number
      fffffffe   # Acknowledged Sequence Number
      0003 0002  # Type 3: load, Length 2
      03e8       # 1000: 10 per cent
      0004 0004  # Type 4: tunnels, Length 4
      00000002
      0005 0004  # Type 5: sessions, Length 4
      00000003`,
      content: {
        ...{ message: 3, flags: 3, acknowledged: 0xfffffffe },
        attributes: [
          { type: 3, value: Uint8Array.of(3, 232) },
          { type: 4, value: Uint8Array.of(0, 0, 0, 2) },
          { type: 5, value: Uint8Array.of(0, 0, 0, 3) },
        ],
      },
    },
    {
      name: "heartbeat",
      octets: "10 04 0010  0304 0506  0708090a  00000000  # Message 4, no attributes",
      content: { message: 4, attributes: [] },
    },
    {
      name: "deactivate",
      octets: "10 05 0010  0304 0506  0708090a  00000000  # Message 5, no attributes",
      content: { message: 5, attributes: [] },
    },
    {
      name: "activate",
      octets: "10 06 0010  0304 0506  0708090a  00000000  # Message 6, no attributes",
      content: { message: 6, attributes: [] },
    },
    {
      name: "leave",
      octets: "11 07 0010  0304 0506  0708090a  00000000  # D 1, Message 7, no attributes",
      content: { message: 7, flags: 1, attributes: [] },
    },
    {
      name: "claim",
      octets: "12 08 0010  0304 0506  0708090a  00000000  # I 1, Message 8, no attributes",
      content: { message: 8, flags: 2, attributes: [] },
    },
    {
      name: "vote",
      octets: "10 09 0010  0304 0506  0708090a  00000005  # Message 9, it answers 5",
      content: { message: 9, acknowledged: 5, attributes: [] },
    },
  ];

const view = new ClusterView();

for (const { name, octets, content } of MESSAGES) {
  Deno.test(`a message ${name} stands on the wire as the diagram shows`, () => {
    const bytes = golden(octets), told = record(content);
    assert.deepEqual(encode(told), bytes);
    const decoded = decode(bytes);
    assert.deepEqual(decoded.record, told);
    assert.equal(decoded.end, bytes.length);
    assert.ok(isWellFormed(told));
    assert.equal(ClusterMessage[name], content.message);
    assert.ok(view.at(bytes) && view.isWellFormed);
    assert.deepEqual([view.message, view.member, view.term, view.sequence, view.acknowledged], [
      ...[content.message, 0x0304, 0x0506, 0x0708090a, content.acknowledged ?? 0],
    ]);
    assert.equal(view.draining, ((content.flags ?? 0) & 1) !== 0);
    assert.equal(view.inactive, ((content.flags ?? 0) & 2) !== 0);
  });
}

Deno.test("there are golden octets for every message, attribute and flag", () => {
  assert.deepEqual(MESSAGES.map(({ name }) => name), Object.keys(ClusterMessage));
  const types = new Set(MESSAGES.flatMap(({ content }) => content.attributes.map((a) => a.type)));
  for (const [name, type] of Object.entries(ClusterAttribute)) assert.ok(types.has(type), name);
  assert.deepEqual(ClusterFlag, { draining: 1, inactive: 2 });
});
