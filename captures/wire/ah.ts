/**
 * The IP authentication header.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next header  | Payload length|           Reserved            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                 Security parameters index (SPI)               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Sequence number                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Integrity check value, (payload length - 1) words   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 4302 §2.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** Octets before the integrity check value. */
export const MIN_LENGTH = 12;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  nextHeader: 0,
  payloadLength: 1,
  reserved: 2,
  spi: 4,
  sequence: 8,
  icv: 12,
} as const;

/** An authentication header. */
export interface Ah {
  nextHeader: number;
  /** Words of 32 bits in the header, minus 2. At 0 the header is illegal and has no ICV. */
  payloadLength: number;
  reserved: number;
  spi: number;
  sequence: number;
  icv: Uint8Array;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ah> {
  const what = "authentication header";
  if (end - start < MIN_LENGTH) return cutShort(what, start, end, MIN_LENGTH);
  const payloadLength = bytes[start + OFFSET.payloadLength];
  const length = Math.max(MIN_LENGTH, (payloadLength + 2) * 4);
  if (end - start < length) return cutShort(what, start, end, length);
  return decoded({
    nextHeader: bytes[start + OFFSET.nextHeader],
    payloadLength,
    reserved: get16(bytes, start + OFFSET.reserved),
    spi: get32(bytes, start + OFFSET.spi),
    sequence: get32(bytes, start + OFFSET.sequence),
    icv: bytes.slice(start + OFFSET.icv, start + length),
  }, start + length);
}

/** The octets of the header. */
export function encode(record: Ah): Uint8Array {
  const bytes = new Uint8Array(MIN_LENGTH + record.icv.length);
  bytes[OFFSET.nextHeader] = record.nextHeader;
  bytes[OFFSET.payloadLength] = record.payloadLength;
  put16(bytes, OFFSET.reserved, record.reserved);
  put32(bytes, OFFSET.spi, record.spi);
  put32(bytes, OFFSET.sequence, record.sequence);
  bytes.set(record.icv, OFFSET.icv);
  return bytes;
}
