import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { tcpSegment } from "./build.ts";
import { buildOpaque } from "./build_opaque.ts";
import {
  buildSegment,
  fillIpChecksums,
  fillLengths,
  fillPartialTcpChecksum,
  fillUdpChecksum,
  layOutSegment,
  type Segment,
} from "./build_segment.ts";
import { checksum } from "./checksum.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import { viewOf } from "./octets.ts";
import { OPAQUE_FORMATS } from "./opaque.ts";
import { TcpFlag } from "./tcp.ts";

const FOUR = { source: "10.0.0.1", destination: "10.0.0.2" };
const SIX = { source: "2001:db8::1", destination: "2001:db8::2" };
const OUTER = { source: "192.0.2.1", destination: "192.0.2.2" };
const SEGMENT = { sourcePort: 1000, destinationPort: 80, sequence: 7 };
const PAYLOAD = Uint8Array.of(1, 2, 3);

Deno.test("a plain segment is the one that the builder of finished datagrams makes", () => {
  for (const ends of [FOUR, SIX]) {
    const ip = { ...ends, dscp: 10, ecn: 2, ttl: 9 };
    const rest = { ...SEGMENT, flags: TcpFlag.ack | TcpFlag.psh, window: 5, payload: PAYLOAD };
    assert.deepEqual(buildSegment({ ip, ...rest }), tcpSegment({ ...ip, ...rest }));
  }
});

Deno.test("a segment in GRE with a key has its golden octets", () => {
  const octets = golden(`
    45 00 0047 0005 4000 40 2f b67f  # outer: total length 71, ID 5, DF, TTL 64, protocol 47
    c0000201 c0000202
    2000 0800 0000002a               # GRE: K, IPv4, key 42
    45 00 002b 0009 0000 40 06 66c2  # inner: total length 43, ID 9
    0a000001 0a000002
    03e8 0050 00000007 00000000      # ports 1000 and 80, sequence number 7
    50 10 ffff 938e 0000             # data offset 5, ACK, window 65535, checksum
    010203`);
  const segment = buildSegment({
    ...SEGMENT,
    ip: { ...FOUR, identification: 9 },
    payload: PAYLOAD,
    tunnel: {
      format: OPAQUE_FORMATS.gre_key,
      ip: { ...OUTER, identification: 5, dontFragment: true },
      opaque: buildOpaque("gre_key", { key: 42 }),
    },
  });
  assert.equal(segment.toHex(), octets.toHex());
});

Deno.test("options, fragments and extension headers stand where IP has them", () => {
  const options = Uint8Array.of(1, 1, 1, 0);
  const four = buildSegment({ ...SEGMENT, ip: { ...FOUR, options, moreFragments: true } });
  assert.equal(four[0], 0x46);
  assert.equal(four[6], 0x20);
  assert.equal(checksum(four, viewOf(four), 0, 24), 0);
  const extension = { protocol: IP_PROTOCOL.DESTINATION_OPTIONS, content: new Uint8Array(14) };
  const { bytes, tcp } = layOutSegment({ ...SEGMENT, ip: { ...SIX, extensions: [extension] } });
  assert.deepEqual([bytes[6], bytes[40], bytes[41], tcp], [60, 6, 1, 56]);
  const odd = [{ ...extension, content: new Uint8Array(7) }];
  assert.throws(() => layOutSegment({ ...SEGMENT, ip: { ...SIX, extensions: odd } }), RangeError);
  const three = new Uint8Array(3);
  assert.throws(() => layOutSegment({ ...SEGMENT, ip: { ...FOUR, options: three } }), RangeError);
  assert.throws(() => layOutSegment({ ...SEGMENT, ip: FOUR, options: three }), RangeError);
});

Deno.test("each act fills in what it names, and what no act fills in is zero", () => {
  const segment: Segment = {
    ...{ ...SEGMENT, ip: FOUR, payload: PAYLOAD },
    tunnel: {
      ...{ format: OPAQUE_FORMATS.vxlan, ip: OUTER },
      opaque: buildOpaque("vxlan", { networkId: 42 }),
    },
  };
  const layout = layOutSegment(segment), { bytes } = layout, view = viewOf(bytes);
  const shown = () =>
    [2, 10, 24, 26, 52, 60, 86].map((at) => view.getUint16(at).toString(16).padStart(4, "0"));
  assert.deepEqual(shown(), ["0000", "0000", "0000", "0000", "0000", "0000", "0000"]);
  fillLengths(layout);
  assert.deepEqual(shown(), ["005d", "0000", "0049", "0000", "002b", "0000", "0000"]);
  fillPartialTcpChecksum(layout, false);
  assert.equal(shown()[6], "1409");
  fillPartialTcpChecksum(layout);
  assert.equal(shown()[6], "1420", "with the 23 octets of TCP");
  fillUdpChecksum(layout);
  assert.notEqual(shown()[3], "0000");
  fillIpChecksums(layout);
  assert.equal(checksum(bytes, view, 0, 20), 0);
  assert.equal(checksum(bytes, view, 50, 70), 0);
});

Deno.test("more octets than a datagram may have are refused where lengths are filled in", () => {
  const layout = layOutSegment({ ...SEGMENT, ip: FOUR, payload: new Uint8Array(65_496) });
  assert.throws(() => fillLengths(layout), /at most 65535 octets: got 65536/);
  assert.equal(buildSegment({ ...SEGMENT, ip: FOUR, payload: new Uint8Array(65_495) })[2], 0xff);
  const tunnel = { format: OPAQUE_FORMATS.ipip, ip: FOUR, opaque: new Uint8Array(0) };
  const payload = new Uint8Array(65_476);
  const tunnelled = layOutSegment({ ...SEGMENT, ip: FOUR, payload, tunnel });
  assert.throws(() => fillLengths(tunnelled), /got 65536/);
});

Deno.test("a UDP checksum that comes to zero is sent as 65535", () => {
  const layout = layOutSegment({
    ...{ ...SEGMENT, ip: FOUR, payload: new Uint8Array(2) },
    tunnel: { format: OPAQUE_FORMATS.vxlan, ip: OUTER, opaque: buildOpaque("vxlan") },
  });
  const { bytes, view } = layout;
  fillUdpChecksum(layout);
  view.setUint16(bytes.length - 2, view.getUint16(26));
  fillUdpChecksum(layout);
  assert.equal(view.getUint16(26), 0xffff);
});
