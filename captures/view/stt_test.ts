import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, octets } from "../_testing/format_laws.ts";
import { testViewLaws } from "../_testing/view_laws.ts";
import { cutShort, type Decoded, decoded } from "../wire/decoded.ts";
import * as stt from "../wire/stt.ts";
import * as tcp from "../wire/tcp.ts";
import { SttView } from "./stt.ts";

type Header = Pick<stt.Stt, "version" | "flags" | "l4Offset" | "maximumSegmentSize">;
/** A segment: its TCP header, what STT makes of that, and the fields of an STT header. */
interface SttSegment
  extends Omit<tcp.Tcp, "sequence" | "acknowledgment" | "flags">, Partial<Header> {
  frameLength: number;
  offset: number;
  frameNumber: number;
  tcpFlags: number;
  header?: stt.Stt;
  data: Uint8Array;
}

/** The header with the fields that a record has beside it. */
function headerOf({ header, version, flags, l4Offset, maximumSegmentSize }: SttSegment) {
  return stt.encode({
    ...header!,
    ...{
      version: version!,
      flags: flags!,
      l4Offset: l4Offset!,
      maximumSegmentSize: maximumSegmentSize!,
    },
  });
}

const format = {
  decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<SttSegment> {
    const { record, end: at } = tcp.decode(bytes, start, end);
    if (record === undefined || record.dataOffset < 5) return cutShort("STT", start, end, 20);
    const { sequence, acknowledgment, flags: tcpFlags, ...rest } = record;
    const offset = stt.offsetOf(sequence);
    const all = {
      ...{ ...rest, frameLength: stt.frameLengthOf(sequence), offset, tcpFlags },
      frameNumber: acknowledgment,
    };
    const header = offset === 0 ? stt.decode(bytes, at, end).record : undefined;
    if (header === undefined) return decoded({ ...all, data: bytes.slice(at, end) }, end);
    const { version, flags, l4Offset, maximumSegmentSize } = header;
    const shown = { version, flags, l4Offset, maximumSegmentSize };
    return decoded({ ...all, header, ...shown, data: bytes.slice(at + stt.LENGTH, end) }, end);
  },
  encode(record: SttSegment): Uint8Array {
    const { frameLength, offset, frameNumber, tcpFlags, header, data, ...rest } = record;
    return Uint8Array.of(
      ...tcp.encode(tcp.withLength({
        ...{ ...rest, flags: tcpFlags, acknowledgment: frameNumber },
        sequence: stt.sequenceOf(frameLength, offset),
      })),
      ...(header === undefined ? [] : headerOf(record)),
      ...data,
    );
  },
};

const segments: fc.Arbitrary<SttSegment> = fc.record({
  ...{ sourcePort: bits(16), destinationPort: fc.constant(7471), frameLength: bits(16) },
  ...{ offset: fc.integer({ min: 1, max: 0xffff }), frameNumber: bits(32), dataOffset: bits(4) },
  ...{ reserved: bits(4), tcpFlags: bits(8), window: bits(16), checksum: bits(16) },
  ...{ urgentPointer: bits(16), options: fc.constantFrom(0, 12).chain((length) => octets(length)) },
  data: octets(0, 30),
});
const headers: fc.Arbitrary<stt.Stt> = fc.record({
  ...{ version: bits(8), flags: bits(8), l4Offset: bits(8), reserved: bits(8) },
  ...{ maximumSegmentSize: bits(16), priority: bits(3), vlanPresent: fc.boolean() },
  ...{ vlanId: bits(12), contextId: fc.bigInt(0n, 2n ** 64n - 1n), padding: bits(16) },
});
const firsts = fc.tuple(segments, headers).map(([segment, header]) => ({
  ...{ ...segment, offset: 0, header, version: header.version, flags: header.flags },
  ...{ l4Offset: header.l4Offset, maximumSegmentSize: header.maximumSegmentSize },
}));
const isIn = ({ header }: SttSegment) => header !== undefined;

testViewLaws("STT view", {
  ...{ view: SttView, format, records: fc.oneof(segments, firsts) },
  agrees(view, record) {
    const { header, data } = record;
    assert.deepEqual([view.frameLength, view.offset, view.frameNumber], [
      ...[record.frameLength, record.offset, record.frameNumber],
    ]);
    assert.equal(view.hasHeader, header !== undefined);
    assert.deepEqual(view.bytes.slice(view.data, view.end), data);
    assert.equal(view.data - view.part, header === undefined ? 0 : stt.LENGTH);
    const { version, flags, l4Offset, maximumSegmentSize, contextId } = view;
    assert.deepEqual(
      [version, flags, l4Offset, maximumSegmentSize, contextId],
      header === undefined ? [-1, -1, -1, -1, -1n] : [
        header.version,
        header.flags,
        header.l4Offset,
        header.maximumSegmentSize,
        header.contextId,
      ],
    );
    const there = view.end - view.part;
    assert.equal(view.isWithin, record.offset + there <= record.frameLength);
  },
  writable: [
    { field: "frameLength", value: bits(16) },
    { field: "frameNumber", value: bits(32) },
    { field: "offset", value: fc.integer({ min: 1, max: 0xffff }) },
    { field: "version", value: bits(8), isIn },
    { field: "flags", value: bits(8), isIn },
    { field: "l4Offset", value: bits(8), isIn },
    { field: "maximumSegmentSize", value: bits(16), isIn },
  ],
});
