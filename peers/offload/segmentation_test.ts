import assert from "node:assert/strict";
import fc from "fast-check";
import {
  fillIpChecksums,
  fillLengths,
  fillPartialTcpChecksum,
  layOutSegment,
} from "../../captures/wire/build_segment.ts";
import { TcpFlag } from "../../captures/wire/build.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import { sumAddresses4, sumAddresses6, sumPseudoHeader } from "../../captures/wire/checksum.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";
import {
  datagramOf,
  formatsOf,
  frameOf,
  hexOf,
  numbered,
  segmentFrame,
  type Specimen,
  specimen,
  testNic,
  tunnelOf,
} from "./_testing/segments.ts";

const { fin: FIN, psh: PSH, ack: ACK } = TcpFlag;
const CWR = 0x80, DF = true;

/** The segments that a datagram should become, built one by one. */
function expected(whole: Specimen, size: number): Specimen[] {
  const { payload = new Uint8Array(0), flags = 0, tunnel, ip } = whole, segments: Specimen[] = [];
  const count = Math.ceil(payload.length / size);
  for (let i = 0; i < count; i++) {
    const id = (first = 0) => (first + i) & 0xffff;
    const kept = (i === 0 ? flags : flags & ~CWR) & (i === count - 1 ? 255 : ~(FIN | PSH));
    segments.push({
      ...whole,
      flags: kept,
      sequence: (whole.sequence + i * size) >>> 0,
      payload: payload.subarray(i * size, (i + 1) * size),
      ip: { ...ip, identification: id(ip.identification) },
      tunnel: tunnel && numbered({
        ...tunnel,
        ip: { ...tunnel.ip, identification: id(tunnel.ip.identification) },
      }, i),
    });
  }
  return segments;
}

/** Octets of all headers. */
const headersOf = (segment: Specimen) =>
  layOutSegment({ ...segment, payload: new Uint8Array(0) }).bytes.length;

const SUPER: Specimen = {
  ip: { source: "10.0.0.1", destination: "10.0.0.2", identification: 65_534, dontFragment: DF },
  ...{ sourcePort: 1000, destinationPort: 80, sequence: 0xffff_f000, flags: ACK | PSH | FIN | CWR },
  ...{ payload: new Uint8Array(5000).fill(7), udpChecksum: true },
};

Deno.test("a datagram of any kind becomes the segments that a builder makes one by one", () => {
  fc.assert(fc.property(specimen({ octets: 9000 }), fc.option(fc.nat(4095)), (whole, tag) => {
    const mtu = 1500, size = mtu - headersOf(whole);
    const { through } = testNic({ mtu, formats: formatsOf(whole) });
    const vlan = tag ?? undefined;
    const segments = whole.payload!.length > size ? expected(whole, size) : [whole];
    const wanted = segments.map((segment) => segmentFrame(segment, vlan));
    assert.deepEqual(hexOf(through("host", segmentFrame(whole, vlan))), hexOf(wanted));
    assert.ok(segments.every((one) => datagramOf(one).length <= mtu));
  }));
});

Deno.test("an MSS that is told sizes segments, however large the MTU is", () => {
  for (const length of [0, 1, 100, 101, 200, 201, 250]) {
    const whole = { ...SUPER, payload: new Uint8Array(length).fill(1) };
    const { through } = testNic({ mtu: 9000, mss: 100 });
    const wanted = length <= 100 ? [whole] : expected(whole, 100);
    assert.deepEqual(
      hexOf(through("host", segmentFrame(whole))),
      hexOf(wanted.map((segment) => segmentFrame(segment))),
    );
  }
});

Deno.test("IDs follow the rule of their header, and stay where DF lets them alone", () => {
  const tunnel = tunnelOf("gre_key", 4, {
    ...{ source: "192.0.2.1", destination: "192.0.2.2", identification: 0x7ffe },
  });
  const idsOf = (segmentation: object, whole: Specimen) => {
    const { through } = testNic({ mtu: 2000, segmentation, formats: formatsOf(whole) });
    const view = (frame: Uint8Array) => new DataView(frame.buffer);
    const frames = through("host", segmentFrame(whole));
    return [14, 42].map((at) => frames.map((frame) => view(frame).getUint16(at + 4)));
  };
  const whole = { ...SUPER, tunnel };
  assert.deepEqual(idsOf({}, whole), [[0x7ffe, 0x7fff, 0x8000], [65_534, 65_535, 0]]);
  assert.deepEqual(idsOf({ outerId: "increment15" }, whole)[0], [0x7ffe, 0x7fff, 0]);
  assert.deepEqual(idsOf({ innerId: "increment15" }, whole)[1], [0xfffe, 0xffff, 0x8000]);
  // Outer DF is clear, inner DF is set.
  assert.deepEqual(idsOf({ outerId: "fixed", innerId: "fixed" }, whole), [
    [0x7ffe, 0x7fff, 0x8000],
    [65_534, 65_534, 65_534],
  ]);
});

Deno.test("a sequence number that a format has adjusted wraps", () => {
  const tunnel = tunnelOf("gre_adjusted", 4, { source: "192.0.2.1", destination: "192.0.2.2" });
  tunnel.opaque.fill(255, 12);
  const whole = { ...SUPER, tunnel }, { through } = testNic({ formats: formatsOf(whole) });
  const numbers = through("host", segmentFrame(whole)).map((one) => one.slice(46, 50).toHex());
  assert.deepEqual(numbers, ["ffffffff", "00000000", "00000001", "00000002"]);
});

Deno.test("a checksum that was left to the card, by either seed, is finished", () => {
  for (const withLength of [true, false]) {
    const layout = layOutSegment(SUPER);
    fillLengths(layout);
    fillIpChecksums(layout);
    fillPartialTcpChecksum(layout, withLength);
    const { through } = testNic({});
    const wanted = expected(SUPER, 1460).map((segment) => segmentFrame(segment));
    assert.deepEqual(hexOf(through("host", frameOf(layout.bytes))), hexOf(wanted));
  }
});

Deno.test("checksums that were left to the card are finished in small datagrams too, where it is told to", () => {
  const small = { ...SUPER, payload: new Uint8Array(301).fill(3) };
  const tunnel = tunnelOf("gre_key", 4, { source: "192.0.2.1", destination: "192.0.2.2" });
  for (const segment of [small, { ...small, tunnel }]) {
    const formats = formatsOf(segment), layout = layOutSegment(segment);
    fillLengths(layout);
    fillIpChecksums(layout);
    fillPartialTcpChecksum(layout);
    const partial = frameOf(layout.bytes), whole = segmentFrame(segment);
    const damaged = whole.slice();
    damaged[damaged.length - 1] ^= 1;
    const { through } = testNic({ formats, segmentation: { finishesChecksums: true } });
    assert.deepEqual(hexOf(through("host", partial)), hexOf([whole]));
    assert.deepEqual(hexOf(through("host", whole)), hexOf([whole]));
    assert.deepEqual(hexOf(through("host", damaged)), hexOf([damaged]), "none is mended");
    assert.deepEqual(hexOf(testNic({ formats }).through("host", partial)), hexOf([partial]));
  }
  const udp = { sourcePort: 1, destinationPort: 53, payload: new Uint8Array(33) };
  for (
    const ends of [
      { source: "10.0.0.1", destination: "10.0.0.2" },
      { source: "2001:db8::1", destination: "2001:db8::2" },
    ]
  ) {
    const whole = udpDatagram({ ...ends, ...udp }), partial = whole.slice(), view = viewOf(partial);
    const at = whole.length - 41;
    const addresses = at === 20 ? sumAddresses4 : sumAddresses6;
    view.setUint16(at + 6, sumPseudoHeader(addresses(partial, view, 0), 17, 41));
    const { through } = testNic({ segmentation: { finishesChecksums: true } });
    assert.deepEqual(hexOf(through("host", frameOf(partial))), hexOf([frameOf(whole)]));
  }
});

Deno.test("what does not fit and cannot be segmented is dropped and told, not fragmented nor mended", () => {
  const damaged = segmentFrame(SUPER);
  damaged[damaged.length - 1] ^= 1;
  const outer = { source: "192.0.2.1", destination: "192.0.2.2" };
  const badHeader = segmentFrame({ ...SUPER, tunnel: tunnelOf("vxlan", 4, outer) });
  badHeader[14 + 8] ^= 1;
  const udp = udpDatagram({
    ...{ source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 1, destinationPort: 53 },
    payload: new Uint8Array(3000),
  });
  const cases: [Uint8Array, string][] = [
    [damaged, "checksum"],
    [badHeader, "checksum"],
    [segmentFrame({ ...SUPER, flags: ACK | TcpFlag.syn }), "flags"],
    [segmentFrame({ ...SUPER, flags: ACK | TcpFlag.urg }), "flags"],
    [frameOf(udp), "protocol"],
    [segmentFrame({ ...SUPER, ip: { ...SUPER.ip, moreFragments: true } }), "fragment"],
  ];
  for (const [frame, reason] of cases) {
    const { through, traced } = testNic({ formats: { vxlan: OPAQUE_FORMATS.vxlan } });
    assert.deepEqual(through("host", frame), []);
    assert.deepEqual(traced, [{
      event: "dropped",
      fields: { port: "host", octets: frame.length - 14, reason },
    }]);
  }
});

Deno.test("what fits goes on octet for octet, however damaged it is", () => {
  const small = (part: Partial<Specimen>) => ({ ...SUPER, payload: new Uint8Array(300), ...part });
  const damaged = segmentFrame(small({}));
  damaged[40] ^= 0xff;
  const frames = [
    damaged,
    segmentFrame(small({ flags: TcpFlag.syn })),
    segmentFrame(small({ ip: { ...SUPER.ip, fragmentOffset: 64 } })),
    frameOf(new Uint8Array(46), 7),
    new Uint8Array(3),
    new Uint8Array(0),
  ];
  for (const frame of frames) {
    const { through } = testNic({ segmentation: {} });
    assert.deepEqual(hexOf(through("host", frame)), hexOf([frame]));
  }
});

Deno.test("with segmentation off there are no segments", () => {
  const { nic, through, traced } = testNic({ segmentation: { enabled: false } });
  assert.deepEqual(through("host", segmentFrame(SUPER)), []);
  assert.equal(traced[0].fields.reason, "disabled");
  nic.instruct({ segmentation: true }, 0);
  assert.equal(through("host", segmentFrame(SUPER)).length, 4);
});
