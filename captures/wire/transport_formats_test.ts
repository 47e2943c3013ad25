import assert from "node:assert/strict";
import fc from "fast-check";
import { parseIpv4 } from "./address.ts";
import { sumOctets } from "./checksum.ts";
import { bits, octets, testFormatLaws } from "../_testing/format_laws.ts";
import * as gre from "./gre.ts";
import * as icmp from "./icmp.ts";
import * as icmpv6 from "./icmpv6.ts";
import { viewOf } from "./octets.ts";
import { readIpv6Options, readOptions, writeOptions } from "./options.ts";
import * as tcp from "./tcp.ts";
import * as udp from "./udp.ts";

const message = fc.record({ type: bits(8), code: bits(8), checksum: bits(16), rest: bits(32) });
testFormatLaws("icmp", icmp, message);
testFormatLaws("icmpv6", icmpv6, message);
testFormatLaws(
  "udp",
  udp,
  fc.record({
    sourcePort: bits(16),
    destinationPort: bits(16),
    length: bits(16),
    checksum: bits(16),
  }),
);
testFormatLaws(
  "tcp",
  tcp,
  bits(4).chain((dataOffset) =>
    fc.record({
      sourcePort: bits(16),
      destinationPort: bits(16),
      sequence: bits(32),
      acknowledgment: bits(32),
      dataOffset: fc.constant(dataOffset),
      reserved: bits(4),
      flags: bits(8),
      window: bits(16),
      checksum: bits(16),
      urgentPointer: bits(16),
      options: octets(Math.max(0, dataOffset - 5) * 4),
    })
  ),
);
testFormatLaws(
  "gre",
  gre,
  fc.tuple(bits(13), bits(3)).chain(([upper, version]) => {
    const flags = upper << 3;
    const has = (bit: number) => (flags & bit) !== 0;
    const { checksum, routing, key, sequence, acknowledgment } = gre.GreFlag;
    return fc.record({
      flags: fc.constant(flags),
      version: fc.constant(version),
      protocol: bits(16),
      ...(has(checksum) || has(routing) ? { checksum: bits(16), offset: bits(16) } : {}),
      ...(has(key) ? { key: bits(32) } : {}),
      ...(has(sequence) ? { sequence: bits(32) } : {}),
      ...(has(acknowledgment) && version === 1 ? { acknowledgment: bits(32) } : {}),
    }) as fc.Arbitrary<gre.Gre>;
  }),
);

Deno.test("a UDP checksum over pseudo header and payload is the one that a receiver expects", () => {
  const payload = new TextEncoder().encode("plumb");
  const addresses = Uint8Array.from([...parseIpv4("192.0.2.1"), ...parseIpv4("198.51.100.7")]);
  const sum = sumOctets(addresses, viewOf(addresses), 0, 8);
  const record = udp.withLength(
    { sourcePort: 4000, destinationPort: 53, length: 0, checksum: 0 },
    payload.length,
  );
  const filled = udp.withChecksum(record, payload, sum);
  // A receiver sums pseudo header (addresses, 17, 13), header and payload to all ones.
  const whole = Uint8Array.from([
    ...addresses,
    ...[0, 17, 0, 13],
    ...udp.encode(filled),
    ...payload,
  ]);
  assert.equal(sumOctets(whole, viewOf(whole), 0, whole.length), 0xffff);
});

Deno.test("a computed UDP checksum of zero is sent as all ones", () => {
  assert.equal(udp.transmitted(0), 0xffff);
  assert.equal(udp.transmitted(1), 1);
});

Deno.test("a GRE header with checksum, key and sequence has its golden octets", () => {
  const { checksum, key, sequence } = gre.GreFlag;
  const record: gre.Gre = {
    flags: checksum | key | sequence,
    version: 0,
    protocol: 0x0800,
    checksum: 0,
    offset: 0,
    key: 0x01020304,
    sequence: 7,
  };
  const bytes = gre.encode(gre.withChecksum(record, Uint8Array.of(0xff)));
  assert.deepEqual(
    bytes,
    Uint8Array.from([0xb0, 0, 8, 0, 0x44, 0xf1, 0, 0, 1, 2, 3, 4, 0, 0, 0, 7]),
  );
});

Deno.test("TCP options are written and read back, and an impossible length is named", () => {
  const bytes = writeOptions([
    { kind: 2, value: Uint8Array.of(5, 0xb4) },
    { kind: 1 },
    { kind: 3, value: Uint8Array.of(7) },
  ]);
  assert.deepEqual(bytes, Uint8Array.of(2, 4, 5, 0xb4, 1, 3, 3, 7));
  assert.deepEqual(readOptions(bytes, 0, 8).options.map(({ kind }) => kind), [2, 1, 3]);
  assert.match(readOptions(Uint8Array.of(8, 10, 0), 0, 3).problem!, /option 8/);
  assert.match(readOptions(Uint8Array.of(8, 1), 0, 2).problem!, /option 8/);
  assert.match(readOptions(Uint8Array.of(8), 0, 1).problem!, /option 8/);
});

Deno.test("reading options ends for any octets", () => {
  fc.assert(fc.property(octets(0, 60), (bytes) => {
    for (const read of [readOptions, readIpv6Options]) {
      const { options } = read(bytes, 0, bytes.length);
      assert.ok(options.length <= bytes.length);
      assert.ok(options.every(({ value, end }) => value <= end && end <= bytes.length));
    }
  }));
});
