import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, testFormatLaws } from "../_testing/format_laws.ts";
import { golden } from "../_testing/golden.ts";
import * as stt from "./stt.ts";

testFormatLaws(
  "stt",
  stt,
  fc.record({
    ...{ version: bits(8), flags: bits(8), l4Offset: bits(8), reserved: bits(8) },
    ...{ maximumSegmentSize: bits(16), priority: bits(3), vlanPresent: fc.boolean() },
    ...{ vlanId: bits(12), contextId: fc.bigInt(0n, 2n ** 64n - 1n), padding: bits(16) },
  }, { noNullPrototype: true }),
);

Deno.test("the header of an STT frame that holds TCP in IPv4 has its golden octets", () => {
  const octets = golden(`
    00                # Version
    0e                # Flags: TCP 8, IPv4 4, checksum partial 2
    22                # L4 Offset: 14 of Ethernet and 20 of IPv4
    00                # Reserved
    05a8              # Maximum Segment Size: 1448
    b00a              # PCP 5, V 1, VLAN ID 10
    0123456789abcdef  # Context ID
    0000              # Padding`);
  const { SttFlag } = stt;
  const record = {
    ...{ version: 0, flags: SttFlag.tcp | SttFlag.ipv4 | SttFlag.checksumPartial, l4Offset: 34 },
    ...{ reserved: 0, maximumSegmentSize: 1448, priority: 5, vlanPresent: true, vlanId: 10 },
    ...{ contextId: 0x0123456789abcdefn, padding: 0 },
  };
  assert.deepEqual(stt.decode(octets).record, record);
  assert.deepEqual(stt.encode(record), octets);
});

Deno.test("a sequence number says how long the STT frame is, and which part of it a segment", () => {
  assert.equal(stt.sequenceOf(0xfedc, 0x1234), 0xfedc1234);
  assert.equal(stt.frameLengthOf(0xfedc1234), 0xfedc);
  assert.equal(stt.offsetOf(0xfedc1234), 0x1234);
});
