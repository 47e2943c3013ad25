/**
 * The Internet Protocol, version 4.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|  IHL  |    DSCP   |ECN|          Total length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Identification        |R|D|M|     Fragment offset     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Time to live |    Protocol   |        Header checksum        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Source address                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      Destination address                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                Options, (IHL - 5) words of 32 bits            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 791 §3.1; DSCP and ECN of RFC 2474 and RFC 3168.
 */
import { formatIpv4, parseIpv4 } from "./address.ts";
import { checksum } from "./checksum.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16, viewOf } from "./octets.ts";

/** Octets of a header without options. */
export const MIN_LENGTH = 20;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  versionAndLength: 0,
  trafficClass: 1,
  totalLength: 2,
  identification: 4,
  flagsAndOffset: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  options: 20,
} as const;

/** An IPv4 header. */
export interface Ipv4 {
  /** Four bits; 4 in a legal header. */
  version: number;
  /** IHL: words of 32 bits. Below 5 there are no options and the header is illegal. */
  headerWords: number;
  /** Differentiated services codepoint, 0 to 63. */
  dscp: number;
  /** Explicit congestion notification, 0 to 3. */
  ecn: number;
  /** Octets of header and payload. */
  totalLength: number;
  identification: number;
  /** The flag that must be zero. */
  reservedFlag: boolean;
  dontFragment: boolean;
  moreFragments: boolean;
  /** Octets, a multiple of 8. */
  fragmentOffset: number;
  ttl: number;
  protocol: number;
  checksum: number;
  /** Dotted decimal. */
  source: string;
  destination: string;
  /** Options as they stand, padding included (see `options.ts`). */
  options: Uint8Array;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ipv4> {
  if (end - start < MIN_LENGTH) return cutShort("IPv4 header", start, end, MIN_LENGTH);
  const headerWords = bytes[start] & 0x0f;
  const length = Math.max(MIN_LENGTH, headerWords * 4);
  if (end - start < length) return cutShort("IPv4 options", start, end, length);
  const flags = get16(bytes, start + OFFSET.flagsAndOffset);
  return decoded({
    version: bytes[start] >> 4,
    headerWords,
    dscp: bytes[start + OFFSET.trafficClass] >> 2,
    ecn: bytes[start + OFFSET.trafficClass] & 3,
    totalLength: get16(bytes, start + OFFSET.totalLength),
    identification: get16(bytes, start + OFFSET.identification),
    reservedFlag: (flags & 0x8000) !== 0,
    dontFragment: (flags & 0x4000) !== 0,
    moreFragments: (flags & 0x2000) !== 0,
    fragmentOffset: (flags & 0x1fff) << 3,
    ttl: bytes[start + OFFSET.ttl],
    protocol: bytes[start + OFFSET.protocol],
    checksum: get16(bytes, start + OFFSET.checksum),
    source: formatIpv4(bytes, start + OFFSET.source),
    destination: formatIpv4(bytes, start + OFFSET.destination),
    options: bytes.slice(start + OFFSET.options, start + length),
  }, start + length);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Ipv4, bytes: Uint8Array, at: number): number {
  bytes[at] = (record.version << 4) | (record.headerWords & 0x0f);
  bytes[at + OFFSET.trafficClass] = (record.dscp << 2) | (record.ecn & 3);
  put16(bytes, at + OFFSET.totalLength, record.totalLength);
  put16(bytes, at + OFFSET.identification, record.identification);
  const flags = (record.reservedFlag ? 0x8000 : 0) | (record.dontFragment ? 0x4000 : 0) |
    (record.moreFragments ? 0x2000 : 0);
  put16(bytes, at + OFFSET.flagsAndOffset, flags | ((record.fragmentOffset >> 3) & 0x1fff));
  bytes[at + OFFSET.ttl] = record.ttl;
  bytes[at + OFFSET.protocol] = record.protocol;
  put16(bytes, at + OFFSET.checksum, record.checksum);
  bytes.set(parseIpv4(record.source), at + OFFSET.source);
  bytes.set(parseIpv4(record.destination), at + OFFSET.destination);
  bytes.set(record.options, at + OFFSET.options);
  return at + MIN_LENGTH + record.options.length;
}

/** The octets of the header. */
export function encode(record: Ipv4): Uint8Array {
  const bytes = new Uint8Array(MIN_LENGTH + record.options.length);
  encodeInto(record, bytes, 0);
  return bytes;
}

/** The record with the lengths of its options and of a payload of so many octets. */
export function withLength(record: Ipv4, payloadLength: number): Ipv4 {
  const headerLength = MIN_LENGTH + record.options.length;
  return { ...record, headerWords: headerLength >> 2, totalLength: headerLength + payloadLength };
}

/** The record with the checksum of its own octets (RFC 791 §3.1). */
export function withChecksum(record: Ipv4): Ipv4 {
  const bytes = encode({ ...record, checksum: 0 });
  return { ...record, checksum: checksum(bytes, viewOf(bytes), 0, bytes.length) };
}
