/** Every core-identity control message and attribute, octet by octet from the diagrams. */
import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { CoreIdentityControlView } from "../view/core_identity_control.ts";
import {
  AttributeType,
  type ControlMessage,
  decode,
  encode,
  Message,
  messageName,
} from "./core_identity_control.ts";
import {
  informationAttributes,
  type ProcessorInformation,
  readInformation,
} from "./core_identity_information.ts";

/** Attributes of a node with three cores in two units, `CORE-A` to `CORE-C`. */
const ATTRIBUTES = `
  0001 0004  # Type 1: processing units, Length 4
  0002 0001  # two cores, one core
  0002 0018  # Type 2: identities, Length 24
  434f52452d410000  # "CORE-A"
  434f52452d420000  # "CORE-B"
  434f52452d430000  # "CORE-C"
  0003 0002  # Type 3: excluded, Length 2
  0000       # the first core
  0004 0004  # Type 4: preferred, Length 4
  0001 0002  # the second and the third core
  0005 0004  # Type 5: reserved, Length 4
  01 2e      # Field 1: DSCP, Value 46
  0002       # the third core
  0005 0006  # Type 5: reserved, Length 6
  02 11      # Field 2: IP protocol, Value 17
  0000 0001  # the first and the second core
  0006 0006  # Type 6: loads, Length 6
  0000 0064 ffff  # 0, 100, 65535
`;
const INFORMATION: ProcessorInformation = {
  version: 0x0203,
  units: [2, 1],
  identities: [0x434f52452d410000n, 0x434f52452d420000n, 0x434f52452d430000n],
  excluded: [0],
  preferred: [1, 2],
  reserved: [
    { field: "dscp", value: 46, cores: [2] },
    { field: "protocol", value: 17, cores: [0, 1] },
  ],
  loads: [0, 100, 65535],
};
/** Type 7, ASCII. */
const CLASS = { type: 7, value: Uint8Array.of(0x46, 0x37) };

/** A message that carries nothing but its header and class. */
function plain(message: number, acknowledged: number): ControlMessage {
  return {
    ...{ version: 1, type: 2, flags: 0, message, aggregateId: 0x0a0b, tunnelId: 0x0c0d },
    ...{ sequence: 0x01020304, acknowledged, coreCount: 0, informationVersion: 0x0203 },
    attributes: [CLASS],
  };
}

const informing = (message: number, acknowledged: number): ControlMessage => ({
  ...plain(message, acknowledged),
  coreCount: 3,
  attributes: [CLASS, ...informationAttributes(INFORMATION)],
});

/** Octets of a message; `number` and `acknowledged` are given as they stand on the wire. */
const octetsOf = (number: string, acknowledged: string, cores: string, attributes: string) =>
  golden(`
    12         # Version 1, Type 2: control
    00         # A 0
    ${number}  # Message
    0a0b       # Aggregated Tunnel ID
    0c0d       # Tunnel ID
    01020304   # Control Sequence Number
    ${acknowledged}  # Acknowledged Sequence Number
    ${cores}   # Core Count
    0203       # Processor Information Version
    0007 0002  # Type 7: class, Length 2
    4637       # "F7"
    ${attributes}`);

/** FIG. 5: no cores, and one identity for all packets. */
const ONE_FOR_ALL = { type: 8, value: Uint8Array.of(0x43, 0x4f, 0x52, 0x45, 0x2d, 0x41, 0, 0) };

const MESSAGES: readonly {
  name: keyof typeof Message;
  octets: Uint8Array;
  record: ControlMessage;
}[] = [
  {
    name: "hello",
    octets: octetsOf("0001", "00000000", "0003", ATTRIBUTES),
    record: informing(1, 0),
  },
  {
    name: "helloAck",
    octets: octetsOf("0002", "00000007", "0003", ATTRIBUTES),
    record: informing(2, 7),
  },
  {
    name: "confirm",
    octets: octetsOf("0003", "80000001", "0000", ""),
    record: plain(3, 2 ** 31 + 1),
  },
  { name: "keepalive", octets: octetsOf("0004", "00000000", "0000", ""), record: plain(4, 0) },
  {
    name: "keepaliveAck",
    octets: octetsOf("0005", "ffffffff", "0000", ""),
    record: plain(5, 2 ** 32 - 1),
  },
  {
    name: "update",
    octets: octetsOf("0006", "00000000", "0003", ATTRIBUTES),
    record: informing(6, 0),
  },
  { name: "updateAck", octets: octetsOf("0007", "00000102", "0000", ""), record: plain(7, 258) },
  { name: "report", octets: octetsOf("0008", "00000000", "0000", ""), record: plain(8, 0) },
  { name: "reportAck", octets: octetsOf("0009", "00010000", "0000", ""), record: plain(9, 65536) },
  { name: "close", octets: octetsOf("000a", "00000000", "0000", ""), record: plain(10, 0) },
];

const view = new CoreIdentityControlView();

function holds(octets: Uint8Array, record: ControlMessage) {
  assert.deepEqual(encode(record), octets);
  const decoded = decode(octets);
  assert.deepEqual(decoded.record, record);
  assert.equal(decoded.end, octets.length);
  assert.ok(view.at(octets) && view.attributesAddUp);
  assert.deepEqual([view.message, view.sequence, view.acknowledged, view.coreCount], [
    ...[record.message, record.sequence, record.acknowledged, record.coreCount],
  ]);
  assert.deepEqual([view.aggregateId, view.tunnelId, view.informationVersion], [
    ...[record.aggregateId, record.tunnelId, record.informationVersion],
  ]);
}

for (const { name, octets, record } of MESSAGES) {
  Deno.test(`a message ${name} stands on the wire as the diagram shows`, () => {
    holds(octets, record);
    assert.equal(Message[name], record.message);
    assert.equal(messageName(record.message), name);
  });
}

Deno.test("one identity for a whole aggregated tunnel stands on the wire as the diagram shows", () => {
  const octets = octetsOf(
    "0002",
    "00000007",
    "0000",
    `0008 0008  # Type 8: aggregate identity, Length 8
     434f52452d410000  # "CORE-A"`,
  );
  holds(octets, { ...plain(2, 7), attributes: [CLASS, ONE_FOR_ALL] });
});

/** FIG. 1: a session over IPv4, and the identity of its core. */
const REPORT = [
  {
    type: 9,
    value: Uint8Array.of(4, 17, 0x0f, 0xa0, 0x13, 0x88, 10, 1, 1, 2, 10, 2, 1, 2),
  },
  { type: 10, value: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 3) },
];

Deno.test("a session and its identity stand in a report as the diagram shows", () => {
  const octets = octetsOf(
    "0008",
    "00000000",
    "0000",
    `0009 000e  # Type 9: session, Length 14
     04 11      # IP version 4, Protocol 17: UDP
     0fa0 1388  # Source Port 4000, Destination Port 5000
     0a010102   # Source Address 10.1.1.2
     0a020102   # Destination Address 10.2.1.2
     000a 0008  # Type 10: session identity, Length 8
     0000000000000003`,
  );
  holds(octets, { ...plain(8, 0), attributes: [CLASS, ...REPORT] });
});

Deno.test("there are golden octets for every message and every attribute", () => {
  assert.deepEqual(MESSAGES.map(({ name }) => name), Object.keys(Message));
  const [{ record: { attributes } }] = MESSAGES;
  const types = new Set([...attributes, ONE_FOR_ALL, ...REPORT].map(({ type }) => type));
  assert.deepEqual([...types].sort(), Object.values(AttributeType).sort());
});

Deno.test("processor information is read from the octets of a message, and from nothing else", () => {
  const { record } = decode(MESSAGES[0].octets);
  const { coreCount, informationVersion, attributes } = record!;
  assert.deepEqual(readInformation(coreCount, informationVersion, attributes), INFORMATION);
  assert.equal(readInformation(0, informationVersion, attributes), undefined);
});

Deno.test("cores that no list names are numbered, and a position beyond the count names none", () => {
  const { record } = decode(MESSAGES[0].octets);
  const two = readInformation(2, 1, record!.attributes)!;
  assert.deepEqual(two.identities, INFORMATION.identities.slice(0, 2));
  assert.deepEqual([two.excluded, two.preferred, two.loads], [[0], [1], [0, 100]]);
  assert.deepEqual(two.reserved.map(({ cores }) => cores), [[], [0, 1]]);
  assert.deepEqual(readInformation(5, 1, record!.attributes)!.identities.slice(3), [3n, 4n]);
  assert.deepEqual(readInformation(2, 1, [])!.identities, [0n, 1n]);
});

Deno.test("an authenticated message ends with nonce and tag", () => {
  holds(
    golden(`
      12         # Version 1, Type 2: control
      04         # A 1
      0004       # Message: keepalive
      0a0b       # Aggregated Tunnel ID
      0c0d       # Tunnel ID
      01020304   # Control Sequence Number
      00000000   # Acknowledged Sequence Number
      0000       # Core Count
      0203       # Processor Information Version
      0007 0002  # Type 7: class, Length 2
      4637       # "F7"
      d1d1d1d1d1d1d1d1                  # Packet Nonce, 64 bits
      e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2  # Packet Tag, 128 bits`),
    {
      ...plain(4, 0),
      flags: 4,
      trailer: new Uint8Array(24).fill(0xd1, 0, 8).fill(0xe2, 8),
    },
  );
});

Deno.test("bits that version 1 does not define stand on the wire as they are", () => {
  holds(
    golden(`
      92         # Version 9, Type 2: control
      fb         # every flag but A
      ffff       # Message
      0a0b       # Aggregated Tunnel ID
      0c0d       # Tunnel ID
      01020304   # Control Sequence Number
      00000000   # Acknowledged Sequence Number
      ffff       # Core Count
      0203       # Processor Information Version
      ff00 0000  # Type 65280, Length 0`),
    {
      ...{ ...plain(0xffff, 0), version: 9, flags: 0xfb, coreCount: 0xffff },
      attributes: [{ type: 0xff00, value: new Uint8Array(0) }],
    },
  );
});
