import assert from "node:assert/strict";
import fc from "fast-check";
import { bits } from "../_testing/format_laws.ts";
import { FORMATS, formats, plain, segments, tunnelled } from "../_testing/segment_records.ts";
import { testViewLaws } from "../_testing/view_laws.ts";
import {
  buildSegment,
  fillLengths,
  isIpChecksumRight,
  layOutSegment,
  type Segment,
  type SegmentIp,
  tcpChecksumState,
} from "../wire/build_segment.ts";
import { cutShort, type Decoded, decoded } from "../wire/decoded.ts";
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import * as ipv4 from "../wire/ipv4.ts";
import * as ipv6 from "../wire/ipv6.ts";
import * as ipv6Options from "../wire/ipv6_options.ts";
import { put16 } from "../wire/octets.ts";
import { isOpaqueFormat, type OpaqueFormat, opaqueLength, opaqueVersion } from "../wire/opaque.ts";
import * as tcp from "../wire/tcp.ts";
import { SegmentView } from "./segment.ts";

/** A segment as its octets are, without lengths and checksums of IP. */
type Whole = Segment & { checksum: number };

/** The record of the header at `start`, whose datagram must end at `end`, and what follows it. */
function ipOf(bytes: Uint8Array, start: number, end: number) {
  const version = bytes[start] >> 4, none = undefined;
  if (version === 4) {
    const { record, end: at } = ipv4.decode(bytes, start, end);
    if (record === undefined || record.headerWords < 5) return none;
    if (record.moreFragments || record.fragmentOffset > 0) return none;
    const stop = start + record.totalLength;
    if (stop < at || stop > end) return none;
    const { dscp, ecn, ttl, identification, dontFragment, reservedFlag, source } = record;
    const { destination, options } = record;
    const ip: SegmentIp = {
      ...{ dscp, ecn, ttl, identification, dontFragment, reservedFlag, source, destination },
      options,
    };
    return { ip, protocol: record.protocol, at, stop };
  }
  const { record } = ipv6.decode(bytes, start, end);
  if (version !== 6 || record === undefined) return none;
  const stop = start + ipv6.LENGTH + record.payloadLength;
  if (stop > end) return none;
  const extensions = [],
    walked: number[] = [
      ...[IP_PROTOCOL.HOP_BY_HOP, IP_PROTOCOL.DESTINATION_OPTIONS, IP_PROTOCOL.ROUTING],
    ];
  let protocol = record.nextHeader, at = start + ipv6.LENGTH;
  while (walked.includes(protocol)) {
    const step = ipv6Options.decode(bytes, at, stop);
    if (step.record === undefined) return none;
    extensions.push({ protocol, content: step.record.options });
    ({ protocol, at } = { protocol: step.record.nextHeader, at: step.end });
  }
  if (protocol === IP_PROTOCOL.FRAGMENT) return none;
  const { dscp, ecn, hopLimit: ttl, flowLabel, source, destination } = record;
  const ip: SegmentIp = { dscp, ecn, ttl, flowLabel, source, destination, extensions };
  return { ip, protocol, at, stop };
}

function tcpOf(bytes: Uint8Array, start: number, end: number) {
  const { record, end: at } = tcp.decode(bytes, start, end);
  if (record === undefined || record.dataOffset < 5) return undefined;
  const { dataOffset: _, ...rest } = record;
  return { ...rest, payload: bytes.slice(at, end) };
}

/** The segment that the octets are, read from the records of the single headers. */
function wholeOf(bytes: Uint8Array, start: number, end: number): Whole | undefined {
  const first = ipOf(bytes, start, end);
  if (first === undefined) return undefined;
  const { ip, protocol, at, stop } = first;
  for (const format of byPrecedence) {
    if (!isOpaqueFormat(format, protocol, bytes, at, stop)) continue;
    const octets = opaqueLength(format, bytes, at, stop), inner = at + octets;
    if (octets < 0 || inner >= stop) continue;
    const version = opaqueVersion(format, bytes, at, octets);
    if (version !== 0 && bytes[inner] >> 4 !== version) continue;
    const second = ipOf(bytes, inner, stop);
    if (second?.protocol !== IP_PROTOCOL.TCP || second.stop !== stop) continue;
    const segment = tcpOf(bytes, second.at, stop);
    if (segment === undefined) continue;
    return { ip: second.ip, ...segment, tunnel: { format, ip, opaque: bytes.slice(at, inner) } };
  }
  const segment = protocol === IP_PROTOCOL.TCP ? tcpOf(bytes, at, stop) : undefined;
  return segment && { ip, ...segment };
}

const idOctets = ({ formatId }: OpaqueFormat) => formatId?.octets ?? 0;
const byPrecedence = FORMATS.toSorted((a, b) => idOctets(b) - idOctets(a));

const format = {
  decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Whole> {
    const whole = wholeOf(bytes, start, end);
    return whole === undefined ? cutShort("segment", start, end, end + 1) : decoded(whole, end);
  },
  encode(record: Whole): Uint8Array {
    const layout = layOutSegment(record);
    fillLengths(layout);
    put16(layout.bytes, layout.tcp + tcp.OFFSET.checksum, record.checksum);
    return layout.bytes;
  },
};

class AnyFormat extends SegmentView {
  constructor() {
    super();
    this.formats = FORMATS;
  }
}

/** Holds what the view shows of an IP header against its record. */
function agreesOnIp(view: SegmentView, header: number, ip: SegmentIp): void {
  const isFour = !ip.source.includes(":");
  assert.equal(view.version(header), isFour ? 4 : 6);
  assert.equal(view.trafficClass(header), ip.dscp! << 2 | ip.ecn!);
  assert.equal(view.ttl(header), ip.ttl);
  assert.equal(view.identification(header), isFour ? ip.identification : -1);
  assert.equal(view.dontFragment(header), !isFour || ip.dontFragment);
  assert.equal(view.totalLength(header), view.end - header);
  const more = isFour
    ? ip.options!.length
    : ip.extensions!.reduce((sum, { content }) => sum + 2 + content.length, 0);
  assert.equal(view.headerLength(header), (isFour ? 20 : 40) + more);
  const addresses = view.addresses(header);
  assert.equal(view.addressesLength(header), isFour ? 8 : 32);
  assert.equal(addresses - header, isFour ? 12 : 8);
}

/** Holds all that the view shows against what was built. */
function agrees(view: SegmentView, record: Segment): void {
  const { tunnel, ip, payload, options } = record;
  assert.equal(view.format, tunnel?.format);
  assert.equal(view.outer, tunnel === undefined ? -1 : view.start);
  agreesOnIp(view, view.inner, ip);
  assert.equal(view.opaqueEnd, view.inner);
  if (tunnel === undefined) assert.equal(view.opaque, view.inner);
  else {
    agreesOnIp(view, view.outer, tunnel.ip);
    assert.deepEqual(view.bytes.slice(view.opaque, view.opaqueEnd), tunnel.opaque);
  }
  assert.deepEqual(view.bytes.slice(view.options, view.payload), options);
  assert.deepEqual(view.bytes.slice(view.payload, view.end), payload);
  assert.equal(view.length, payload!.length);
  const { sourcePort, destinationPort, sequence, acknowledgment, reserved } = view;
  const { flags, window, urgentPointer } = view;
  const shown = { sourcePort, destinationPort, sequence, acknowledgment, reserved };
  for (const [name, value] of Object.entries({ ...shown, flags, window, urgentPointer })) {
    assert.equal(value, record[name as keyof Segment], name);
  }
}

testViewLaws("segment view", {
  ...{ view: AnyFormat, format, agrees },
  records: fc.tuple(segments, bits(16)).map(([segment, checksum]) => ({ ...segment, checksum })),
  writable: [
    { field: "sourcePort", value: bits(16) },
    { field: "destinationPort", value: bits(16) },
    { field: "sequence", value: bits(32) },
    { field: "acknowledgment", value: bits(32) },
    { field: "reserved", value: bits(4) },
    { field: "flags", value: bits(8) },
    { field: "window", value: bits(16) },
    { field: "checksum", value: bits(16) },
    { field: "urgentPointer", value: bits(16) },
  ],
});

Deno.test("a segment in any format that can be configured shows every field that it was built of", () => {
  const view = new SegmentView();
  const both = formats.chain((each) =>
    fc.tuple(fc.constant(each), fc.oneof(tunnelled(each), plain))
  );
  fc.assert(
    fc.property(both, ([each, segment]) => {
      view.formats = [each];
      const bytes = buildSegment(segment);
      assert.ok(view.at(bytes), view.problem);
      agrees(view, segment);
      assert.equal(tcpChecksumState(view), "right");
      assert.ok(isIpChecksumRight(view, view.inner));
      assert.ok(view.outer < 0 || isIpChecksumRight(view, view.outer));
    }),
    { numRuns: 1000 },
  );
});
