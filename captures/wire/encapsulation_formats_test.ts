import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, octets, testFormatLaws } from "../_testing/format_laws.ts";
import { golden } from "../_testing/golden.ts";
import * as esp from "./esp.ts";
import * as geneve from "./geneve.ts";
import * as ike from "./ike.ts";
import * as l2tpv3 from "./l2tpv3.ts";
import * as lacp from "./lacp.ts";
import * as multilink from "./ppp_multilink.ts";
import * as pppoe from "./pppoe.ts";
import * as vxlan from "./vxlan.ts";

const plain = { noNullPrototype: true } as const;
const bits64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });

testFormatLaws(
  "vxlan",
  vxlan,
  fc.record({ flags: bits(8), reserved1: bits(24), vni: bits(24), reserved2: bits(8) }, plain),
);
testFormatLaws(
  "geneve",
  geneve,
  fc.record({
    ...{ version: bits(2), control: fc.boolean(), critical: fc.boolean(), reserved1: bits(6) },
    ...{ protocol: bits(16), vni: bits(24), reserved2: bits(8) },
    options: fc.nat(63).chain((words) => octets(4 * words)),
  }, plain),
);
testFormatLaws("esp", esp, fc.record({ spi: bits(32), sequence: bits(32) }, plain));
testFormatLaws(
  "ike",
  ike,
  fc.record({
    ...{ initiatorSpi: bits64, responderSpi: bits64, nextPayload: bits(8) },
    ...{ majorVersion: bits(4), minorVersion: bits(4), exchangeType: bits(8), flags: bits(8) },
    ...{ messageId: bits(32), length: bits(32) },
  }, plain),
);
const shared = { flags: bits(11).map((upper) => upper << 4), version: bits(4) };
testFormatLaws(
  "l2tpv3",
  l2tpv3,
  fc.oneof<fc.Arbitrary<l2tpv3.L2tpv3>[]>(
    fc.record({ ...shared, reserved: bits(16), sessionId: bits(32) }, plain),
    fc.record({
      ...shared,
      flags: shared.flags.map((flags) => flags | l2tpv3.TYPE),
      ...{ length: bits(16), controlConnectionId: bits(32), ns: bits(16), nr: bits(16) },
    }, plain),
  ),
);
testFormatLaws(
  "pppoe",
  pppoe,
  fc.record({
    ...{ version: bits(4), type: bits(4), code: bits(8), sessionId: bits(16), length: bits(16) },
  }, plain),
);
testFormatLaws(
  "ppp multilink",
  multilink,
  fc.record({
    ...{ beginning: fc.boolean(), ending: fc.boolean(), reserved: bits(6), sequence: bits(24) },
  }, plain),
);
const tlv = (type: fc.Arbitrary<number>) =>
  fc.tuple(type, octets(0, 20)).map(([number, value]) => ({
    type: number,
    length: 2 + value.length,
    value,
  }));
testFormatLaws(
  "lacp",
  lacp,
  fc.record({
    subtype: bits(8),
    version: bits(8),
    tlvs: fc.tuple(
      fc.array(tlv(fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
      tlv(fc.constant(0)),
    ).map(([some, last]) => [...some, last]),
  }, plain),
);

Deno.test("the header of VXLAN network 42 has its golden octets", () => {
  const octets = golden(`
    08      # R, R, R, R, I, R, R, R
    000000  # Reserved
    00002a  # VXLAN Network Identifier
    00      # Reserved`);
  const record = { flags: vxlan.VNI_VALID, reserved1: 0, vni: 42, reserved2: 0 };
  assert.deepEqual(vxlan.decode(octets).record, record);
  assert.deepEqual(vxlan.encode(record), octets);
});

Deno.test("a Geneve header with one option has its golden octets", () => {
  const octets = golden(`
    02      # Ver 0, Opt Len 2
    40      # O 0, C 1
    6558    # Protocol Type: Ethernet
    abcdef  # Virtual Network Identifier
    00      # Reserved
    0102    # Option Class
    80      # Type: critical
    01      # Length 1
    00000007`);
  const record = {
    ...{ version: 0, control: false, critical: true, reserved1: 0, protocol: 0x6558 },
    ...{ vni: 0xabcdef, reserved2: 0, options: octets.slice(8) },
  };
  assert.deepEqual(geneve.decode(octets).record, record);
  assert.deepEqual(geneve.encode(record), octets);
});

Deno.test("ESP has its golden octets", () => {
  const octets = golden(`
    c0ffee01  # Security Parameters Index
    00000102  # Sequence Number`);
  const record = { spi: 0xc0ffee01, sequence: 258 };
  assert.deepEqual(esp.decode(octets).record, record);
  assert.deepEqual(esp.encode(record), octets);
});

Deno.test("an IKE_SA_INIT request has its golden octets", () => {
  const octets = golden(`
    1122334455667788  # IKE SA Initiator's SPI
    0000000000000000  # IKE SA Responder's SPI
    21                # Next Payload: security association
    20                # Major version 2, minor version 0
    22                # Exchange Type: IKE_SA_INIT
    08                # Flags: I
    00000000          # Message ID
    0000014d          # Length: 333`);
  const record = {
    ...{ initiatorSpi: 0x1122334455667788n, responderSpi: 0n, nextPayload: 33 },
    ...{ majorVersion: 2, minorVersion: 0, exchangeType: 34, flags: ike.IkeFlag.initiator },
    ...{ messageId: 0, length: 333 },
  };
  assert.deepEqual(ike.decode(octets).record, record);
  assert.deepEqual(ike.encode(record), octets);
});

Deno.test("data and control of L2TPv3 have their golden octets", () => {
  const data = golden(`
    0003      # T 0, Ver 3
    0000      # Reserved
    00000001  # Session ID`);
  const session = { flags: 0, version: 3, reserved: 0, sessionId: 1 };
  assert.deepEqual(l2tpv3.decode(data).record, session);
  assert.deepEqual(l2tpv3.encode(session), data);
  const control = golden(`
    c803      # T, L, S, Ver 3
    0014      # Length: 20
    0badcafe  # Control Connection ID
    0001      # Ns
    0002      # Nr`);
  const message = {
    ...{ flags: 0xc800, version: 3, length: 20, controlConnectionId: 0x0badcafe, ns: 1, nr: 2 },
  };
  assert.deepEqual(l2tpv3.decode(control).record, message);
  assert.deepEqual(l2tpv3.encode(message), control);
});

Deno.test("a PADI and its tags have their golden octets", () => {
  const octets = golden(`
    11    # VER 1, TYPE 1
    09    # CODE: PADI
    0000  # SESSION_ID
    000c  # LENGTH
    0101 0000           # TAG_TYPE Service-Name, TAG_LENGTH 0
    0103 0004 cafe0001  # Host-Uniq`);
  const record = { version: 1, type: 1, code: pppoe.PppoeCode.padi, sessionId: 0, length: 12 };
  assert.deepEqual(pppoe.decode(octets).record, record);
  assert.deepEqual(pppoe.encode(record), octets.slice(0, 6));
  const { tags, problem } = pppoe.readTags(octets, 6, octets.length);
  assert.equal(problem, undefined);
  assert.deepEqual(tags.map(({ type, start, end }) => [type, start, end]), [
    [0x0101, 6, 10],
    [0x0103, 10, 18],
  ]);
  for (let end = 7; end < octets.length; end++) {
    const cut = pppoe.readTags(octets, 6, end);
    if (end === 10) assert.equal(cut.problem, undefined);
    else assert.match(cut.problem!, /cut short|impossible length/);
  }
});

Deno.test("a multilink header has its golden octets", () => {
  const octets = golden(`
    80      # B 1, E 0
    00002a  # sequence number`);
  const record = { beginning: true, ending: false, reserved: 0, sequence: 42 };
  assert.deepEqual(multilink.decode(octets).record, record);
  assert.deepEqual(multilink.encode(record), octets);
});

Deno.test("a LACPDU has its golden octets", () => {
  const octets = golden(`
    01 01                      # Subtype LACP, Version 1
    01 14                      # Actor, 20 octets
    ffff 72ecf3295bd4 0021     # System priority, System, Key
    00ff 0002 c5 000000        # Port priority, Port, State, Reserved
    00 00                      # Terminator`);
  const { record, end } = lacp.decode(Uint8Array.of(...octets, 0, 0, 0));
  assert.equal(end, octets.length);
  assert.deepEqual(lacp.encode(record!), octets);
  assert.deepEqual(lacp.readPort(record!.tlvs[0].value), {
    ...{ systemPriority: 0xffff, system: "72:ec:f3:29:5b:d4", key: 33 },
    ...{ portPriority: 255, port: 2, state: 0xc5 },
  });
  assert.equal(lacp.readPort(record!.tlvs[0].value.subarray(0, 14)), undefined);
});
