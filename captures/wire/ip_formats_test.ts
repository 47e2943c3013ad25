import assert from "node:assert/strict";
import fc from "fast-check";
import { formatIpv4, formatIpv6 } from "./address.ts";
import * as ah from "./ah.ts";
import { addresses, bits, octets, testFormatLaws } from "../_testing/format_laws.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import * as ipv6Fragment from "./ipv6_fragment.ts";
import * as ipv6Options from "./ipv6_options.ts";
import * as ipv6Routing from "./ipv6_routing.ts";

const address4 = addresses(4, (bytes) => formatIpv4(bytes));
const address6 = addresses(16, (bytes) => formatIpv6(bytes));
const eight = fc.integer({ min: 0, max: 8191 }).map((units) => units * 8);

testFormatLaws(
  "ipv4",
  ipv4,
  bits(4).chain((headerWords) =>
    fc.record({
      version: bits(4),
      headerWords: fc.constant(headerWords),
      dscp: bits(6),
      ecn: bits(2),
      totalLength: bits(16),
      identification: bits(16),
      reservedFlag: fc.boolean(),
      dontFragment: fc.boolean(),
      moreFragments: fc.boolean(),
      fragmentOffset: eight,
      ttl: bits(8),
      protocol: bits(8),
      checksum: bits(16),
      source: address4,
      destination: address4,
      options: octets(Math.max(0, headerWords - 5) * 4),
    })
  ),
);
testFormatLaws(
  "ipv6",
  ipv6,
  fc.record({
    version: bits(4),
    dscp: bits(6),
    ecn: bits(2),
    flowLabel: bits(20),
    payloadLength: bits(16),
    nextHeader: bits(8),
    hopLimit: bits(8),
    source: address6,
    destination: address6,
  }),
);
testFormatLaws(
  "ipv6_fragment",
  ipv6Fragment,
  fc.record({
    nextHeader: bits(8),
    reserved: bits(8),
    fragmentOffset: eight,
    reservedBits: bits(2),
    moreFragments: fc.boolean(),
    identification: bits(32),
  }),
);
testFormatLaws(
  "ipv6_options",
  ipv6Options,
  fc.nat(5).chain((headerLength) =>
    fc.record({
      nextHeader: bits(8),
      headerLength: fc.constant(headerLength),
      options: octets(6 + 8 * headerLength),
    })
  ),
);
testFormatLaws(
  "ipv6_routing",
  ipv6Routing,
  fc.nat(5).chain((headerLength) =>
    fc.record({
      nextHeader: bits(8),
      headerLength: fc.constant(headerLength),
      routingType: bits(8),
      segmentsLeft: bits(8),
      data: octets(4 + 8 * headerLength),
    })
  ),
);
testFormatLaws(
  "ah",
  ah,
  fc.nat(8).chain((payloadLength) =>
    fc.record({
      nextHeader: bits(8),
      payloadLength: fc.constant(payloadLength),
      reserved: bits(16),
      spi: bits(32),
      sequence: bits(32),
      icv: octets(Math.max(0, payloadLength - 1) * 4),
    })
  ),
);

/** A header from a widely published example of the checksum: its checksum is 0xb861. */
const GOLDEN = Uint8Array.from([
  0x45,
  0x00,
  0x00,
  0x73,
  0x00,
  0x00,
  0x40,
  0x00,
  0x40,
  0x11, //
  0xb8,
  0x61,
  0xc0,
  0xa8,
  0x00,
  0x01,
  0xc0,
  0xa8,
  0x00,
  0xc7,
]);

Deno.test("an IPv4 header is decoded field by field", () => {
  assert.deepEqual(ipv4.decode(GOLDEN).record, {
    version: 4,
    headerWords: 5,
    dscp: 0,
    ecn: 0,
    totalLength: 115,
    identification: 0,
    reservedFlag: false,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol: 17,
    checksum: 0xb861,
    source: "192.168.0.1",
    destination: "192.168.0.199",
    options: new Uint8Array(0),
  });
});

Deno.test("length and checksum of an IPv4 header are filled in when asked for, and only then", () => {
  const { record } = ipv4.decode(GOLDEN);
  const bare = { ...record!, totalLength: 0, checksum: 0 };
  assert.equal(ipv4.encode(bare)[10], 0);
  assert.deepEqual(ipv4.encode(ipv4.withChecksum(ipv4.withLength(bare, 95))), GOLDEN);
});

Deno.test("an IPv6 header has its golden octets", () => {
  const encoded = ipv6.encode(ipv6.withLength({
    version: 6,
    dscp: 46,
    ecn: 1,
    flowLabel: 0xabcde,
    payloadLength: 0,
    nextHeader: 17,
    hopLimit: 64,
    source: "2001:db8::1",
    destination: "ff02::fb",
  }, 20));
  assert.deepEqual(
    encoded,
    Uint8Array.from([
      ...[0x6b, 0x9a, 0xbc, 0xde, 0x00, 0x14, 0x11, 0x40],
      ...[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ...[0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb],
    ]),
  );
});
