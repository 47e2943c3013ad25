import assert from "node:assert/strict";
import fc from "fast-check";
import { formatMac } from "./address.ts";
import * as arp from "./arp.ts";
import * as ethernet from "./ethernet.ts";
import { addresses, bits, octets, testFormatLaws } from "../_testing/format_laws.ts";
import * as vlan from "./vlan.ts";

const mac = addresses(6, formatMac);

testFormatLaws("ethernet", ethernet, fc.record({ destination: mac, source: mac, type: bits(16) }));
testFormatLaws(
  "vlan",
  vlan,
  fc.record({
    priority: bits(3),
    dropEligible: fc.boolean(),
    identifier: bits(12),
    type: bits(16),
  }),
);
testFormatLaws(
  "arp",
  arp,
  fc.tuple(fc.nat(8), fc.nat(8)).chain(([hardware, protocol]) =>
    fc.record({
      hardwareType: bits(16),
      protocolType: bits(16),
      hardwareLength: fc.constant(hardware),
      protocolLength: fc.constant(protocol),
      operation: bits(16),
      senderHardware: octets(hardware),
      senderProtocol: octets(protocol),
      targetHardware: octets(hardware),
      targetProtocol: octets(protocol),
    })
  ),
);

Deno.test("an Ethernet header has its golden octets", () => {
  const record = { destination: "ff:ff:ff:ff:ff:ff", source: "00:1b:21:3c:9d:f8", type: 0x0806 };
  assert.deepEqual(
    ethernet.encode(record),
    Uint8Array.from([255, 255, 255, 255, 255, 255, 0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8, 8, 6]),
  );
});

Deno.test("a tag of priority 5, drop eligible, VLAN 100 has its golden octets", () => {
  const record = { priority: 5, dropEligible: true, identifier: 100, type: 0x0800 };
  assert.deepEqual(vlan.encode(record), Uint8Array.from([0xb0, 0x64, 0x08, 0x00]));
});
