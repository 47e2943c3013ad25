/**
 * Stateless Transport Tunneling, as Open vSwitch speaks it: Ethernet frames in what looks like TCP, so
 * that network cards segment and coalesce them.
 *
 * Every segment has a TCP header, whose Sequence Number says which part of an STT frame it is, and whose
 * Acknowledgment Number tells frames apart. A card that segments advances the lower half of the first:
 *
 * ```
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source port          |    Destination port: 7471     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Length of STT frame       |    Offset of this segment     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Number of the STT frame                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |               the rest of TCP: ACK and PSH are set            |
 * ```
 *
 * An STT frame begins with this header, in the segment of offset 0 only:
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    Version    |     Flags     |   L4 Offset   |   Reserved    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Maximum Segment Size      | PCP |V|        VLAN ID        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                           Context ID                          +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            Padding            |   Ethernet frame …            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: draft-davie-stt-08 §3; Open vSwitch, datapath/linux/compat/stt.c.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get64, put16, put64 } from "./octets.ts";

/** The TCP port that segments go to; what Open vSwitch takes unless told otherwise. */
export const STT_PORT = 7471;

/** Octets of the header. */
export const LENGTH = 18;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  version: 0,
  flags: 1,
  l4Offset: 2,
  reserved: 3,
  maximumSegmentSize: 4,
  vlan: 6,
  contextId: 8,
  padding: 16,
} as const;

/** Bits of `flags`. */
export const SttFlag = {
  /** Whoever sent it has found the checksum of the inner transport right. */
  checksumVerified: 0x01,
  /** The checksum of the inner transport is the sum of its pseudo header only. */
  checksumPartial: 0x02,
  /** The inner datagram is IPv4. */
  ipv4: 0x04,
  /** The inner transport is TCP. */
  tcp: 0x08,
} as const;

/** An STT header. */
export interface Stt {
  /** 0. */
  version: number;
  /** See `SttFlag`. */
  flags: number;
  /** Octets from the end of this header to the inner transport header. */
  l4Offset: number;
  reserved: number;
  /** Octets of payload that the inner TCP is to be split into; 0 where it is not. */
  maximumSegmentSize: number;
  /** Priority code point, 3 bits. */
  priority: number;
  /** V: there is a VLAN tag. */
  vlanPresent: boolean;
  /** 12 bits. */
  vlanId: number;
  /** 64 bits. */
  contextId: bigint;
  padding: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Stt> {
  if (end - start < LENGTH) return cutShort("STT header", start, end, LENGTH);
  const vlan = get16(bytes, start + OFFSET.vlan);
  return decoded({
    version: bytes[start + OFFSET.version],
    flags: bytes[start + OFFSET.flags],
    l4Offset: bytes[start + OFFSET.l4Offset],
    reserved: bytes[start + OFFSET.reserved],
    maximumSegmentSize: get16(bytes, start + OFFSET.maximumSegmentSize),
    priority: vlan >> 13,
    vlanPresent: (vlan & 0x1000) !== 0,
    vlanId: vlan & 0xfff,
    contextId: get64(bytes, start + OFFSET.contextId),
    padding: get16(bytes, start + OFFSET.padding),
  }, start + LENGTH);
}

/** The octets of the header. */
export function encode(record: Stt): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  bytes[OFFSET.version] = record.version;
  bytes[OFFSET.flags] = record.flags;
  bytes[OFFSET.l4Offset] = record.l4Offset;
  bytes[OFFSET.reserved] = record.reserved;
  put16(bytes, OFFSET.maximumSegmentSize, record.maximumSegmentSize);
  const tag = record.priority << 13 | (record.vlanPresent ? 0x1000 : 0) | record.vlanId & 0xfff;
  put16(bytes, OFFSET.vlan, tag);
  put64(bytes, OFFSET.contextId, record.contextId);
  put16(bytes, OFFSET.padding, record.padding);
  return bytes;
}

/**
 * The Sequence Number of a segment.
 * @param frameLength Octets of the STT frame, its header included.
 * @param offset Octets of it that lie before this segment.
 */
export function sequenceOf(frameLength: number, offset: number): number {
  return (frameLength << 16 | offset & 0xffff) >>> 0;
}

/** Octets of the STT frame that a segment with this Sequence Number is a part of. */
export function frameLengthOf(sequence: number): number {
  return sequence >>> 16;
}

/** Octets of the STT frame that lie before a segment with this Sequence Number. */
export function offsetOf(sequence: number): number {
  return sequence & 0xffff;
}
