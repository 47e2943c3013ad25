/**
 * Generic Routing Encapsulation, with the optional fields of versions 0 and 1.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol type         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      Checksum (C or R)        |       Offset (C or R)         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                            Key (K)                            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      Sequence number (S)                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |              Acknowledgment number (A, version 1 only)        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * The routing entries that R announces are left in the payload: RFC 2784 has done away with them.
 *
 * Source: RFC 2784 §2, RFC 2890 §2, RFC 1701, RFC 2637 §4.1.
 */
import { addSums, complement, sumOctets } from "./checksum.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32, viewOf } from "./octets.ts";

/** Octets of a header without optional fields. */
export const MIN_LENGTH = 4;

/** Offsets of the fields that are always there, in octets. */
export const OFFSET = { flags: 0, protocol: 2, optional: 4 } as const;

/** Bits of `flags` that announce optional fields. */
export const GreFlag = {
  checksum: 0x8000,
  routing: 0x4000,
  key: 0x2000,
  sequence: 0x1000,
  acknowledgment: 0x0080,
} as const;

/** A GRE header. An optional field is present exactly when `flags` announces it. */
export interface Gre {
  /** The first 13 bits, in the upper bits of 16: see `GreFlag`. */
  flags: number;
  /** Three bits: 0, or 1 for PPTP. */
  version: number;
  /** EtherType of the payload. */
  protocol: number;
  checksum?: number;
  /** Reserved1 of RFC 2784, offset of RFC 1701. */
  offset?: number;
  key?: number;
  sequence?: number;
  acknowledgment?: number;
}

/** Octets of a header with these flags. */
export function lengthOf(flags: number, version: number): number {
  return MIN_LENGTH + ((flags & (GreFlag.checksum | GreFlag.routing)) !== 0 ? 4 : 0) +
    ((flags & GreFlag.key) !== 0 ? 4 : 0) + ((flags & GreFlag.sequence) !== 0 ? 4 : 0) +
    (version === 1 && (flags & GreFlag.acknowledgment) !== 0 ? 4 : 0);
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Gre> {
  if (end - start < MIN_LENGTH) return cutShort("GRE header", start, end, MIN_LENGTH);
  const word = get16(bytes, start);
  const record: Gre = {
    flags: word & 0xfff8,
    version: word & 7,
    protocol: get16(bytes, start + OFFSET.protocol),
  };
  const length = lengthOf(record.flags, record.version);
  if (end - start < length) return cutShort("GRE header", start, end, length);
  let at = start + OFFSET.optional;
  if ((record.flags & (GreFlag.checksum | GreFlag.routing)) !== 0) {
    record.checksum = get16(bytes, at);
    record.offset = get16(bytes, at + 2);
    at += 4;
  }
  const word32 = () => get32(bytes, (at += 4) - 4);
  if ((record.flags & GreFlag.key) !== 0) record.key = word32();
  if ((record.flags & GreFlag.sequence) !== 0) record.sequence = word32();
  if (record.version === 1 && (record.flags & GreFlag.acknowledgment) !== 0) {
    record.acknowledgment = word32();
  }
  return decoded(record, at);
}

/** The octets of the header; an announced field that the record lacks is zero. */
export function encode(record: Gre): Uint8Array {
  const { flags, version } = record;
  const bytes = new Uint8Array(lengthOf(flags, version));
  put16(bytes, OFFSET.flags, (flags & 0xfff8) | (version & 7));
  put16(bytes, OFFSET.protocol, record.protocol);
  let at: number = OFFSET.optional;
  if ((flags & (GreFlag.checksum | GreFlag.routing)) !== 0) {
    put16(bytes, at, record.checksum ?? 0);
    put16(bytes, at + 2, record.offset ?? 0);
    at += 4;
  }
  const word32 = (value: number) => put32(bytes, (at += 4) - 4, value);
  if ((flags & GreFlag.key) !== 0) word32(record.key ?? 0);
  if ((flags & GreFlag.sequence) !== 0) word32(record.sequence ?? 0);
  if (version === 1 && (flags & GreFlag.acknowledgment) !== 0) word32(record.acknowledgment ?? 0);
  return bytes;
}

/** The record with the checksum over itself and the payload, announced by its flag. */
export function withChecksum(record: Gre, payload: Uint8Array): Gre {
  const whole = { ...record, flags: record.flags | GreFlag.checksum, offset: record.offset ?? 0 };
  const header = encode({ ...whole, checksum: 0 });
  const sum = addSums(
    sumOctets(header, viewOf(header), 0, header.length),
    sumOctets(payload, viewOf(payload), 0, payload.length),
  );
  return { ...whole, checksum: complement(sum) };
}
