/**
 * The Internet Protocol, version 6, without extension headers.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|    DSCP   |ECN|               Flow label              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Payload length        |  Next header  |   Hop limit   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                  Source address (128 bits)                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                Destination address (128 bits)                 |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 8200 §3.
 */
import { formatIpv6, parseIpv6 } from "./address.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 40;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  versionAndClass: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
} as const;

/** An IPv6 header. */
export interface Ipv6 {
  /** Four bits; 6 in a legal header. */
  version: number;
  /** Differentiated services codepoint, 0 to 63. */
  dscp: number;
  /** Explicit congestion notification, 0 to 3. */
  ecn: number;
  /** Twenty bits. */
  flowLabel: number;
  /** Octets behind this header, extension headers included; 0 in a jumbogram. */
  payloadLength: number;
  nextHeader: number;
  hopLimit: number;
  /** As RFC 5952 writes it. */
  source: string;
  destination: string;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ipv6> {
  if (end - start < LENGTH) return cutShort("IPv6 header", start, end, LENGTH);
  const word = get32(bytes, start);
  return decoded({
    version: word >>> 28,
    dscp: (word >>> 22) & 0x3f,
    ecn: (word >>> 20) & 3,
    flowLabel: word & 0xfffff,
    payloadLength: get16(bytes, start + OFFSET.payloadLength),
    nextHeader: bytes[start + OFFSET.nextHeader],
    hopLimit: bytes[start + OFFSET.hopLimit],
    source: formatIpv6(bytes, start + OFFSET.source),
    destination: formatIpv6(bytes, start + OFFSET.destination),
  }, start + LENGTH);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Ipv6, bytes: Uint8Array, at: number): number {
  const word = (record.version << 28) | ((record.dscp & 0x3f) << 22) | ((record.ecn & 3) << 20) |
    (record.flowLabel & 0xfffff);
  put32(bytes, at, word);
  put16(bytes, at + OFFSET.payloadLength, record.payloadLength);
  bytes[at + OFFSET.nextHeader] = record.nextHeader;
  bytes[at + OFFSET.hopLimit] = record.hopLimit;
  bytes.set(parseIpv6(record.source), at + OFFSET.source);
  bytes.set(parseIpv6(record.destination), at + OFFSET.destination);
  return at + LENGTH;
}

/** The octets of the header. */
export function encode(record: Ipv6): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}

/** The record with the length of what follows it. */
export function withLength(record: Ipv6, payloadLength: number): Ipv6 {
  return { ...record, payloadLength };
}
