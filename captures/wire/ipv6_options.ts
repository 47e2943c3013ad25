/**
 * The hop-by-hop and destination options headers of IPv6, which have the same form.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next header  | Header length |                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
 * |         Options: type, length, value, … (6 + 8 n octets)      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 8200 §4.3 and §4.6.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";

/** Octets of the shortest such header. */
export const MIN_LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = { nextHeader: 0, headerLength: 1, options: 2 } as const;

/** Option type of a jumbo payload (RFC 2675). */
export const JUMBO_PAYLOAD = 0xc2;

/** Option type of the Home Address of Mobile IPv6 (RFC 6275 §6.3). */
export const HOME_ADDRESS = 0xc9;

/** A hop-by-hop or destination options header. */
export interface Ipv6Options {
  nextHeader: number;
  /** Units of 8 octets behind the first 8. */
  headerLength: number;
  /** Options as they stand, padding included: `6 + 8 * headerLength` octets. */
  options: Uint8Array;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ipv6Options> {
  const what = "IPv6 options header";
  if (end - start < MIN_LENGTH) return cutShort(what, start, end, MIN_LENGTH);
  const headerLength = bytes[start + OFFSET.headerLength];
  const length = MIN_LENGTH + 8 * headerLength;
  if (end - start < length) return cutShort(what, start, end, length);
  return decoded({
    nextHeader: bytes[start + OFFSET.nextHeader],
    headerLength,
    options: bytes.slice(start + OFFSET.options, start + length),
  }, start + length);
}

/** The octets of the header. */
export function encode(record: Ipv6Options): Uint8Array {
  const bytes = new Uint8Array(OFFSET.options + record.options.length);
  bytes[OFFSET.nextHeader] = record.nextHeader;
  bytes[OFFSET.headerLength] = record.headerLength;
  bytes.set(record.options, OFFSET.options);
  return bytes;
}
