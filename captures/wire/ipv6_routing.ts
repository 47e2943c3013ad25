/**
 * The routing header of IPv6, of any type.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next header  | Header length |  Routing type | Segments left |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |               Data of the type (4 + 8 n octets)               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 8200 §4.4.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";

/** Octets of the shortest such header. */
export const MIN_LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  nextHeader: 0,
  headerLength: 1,
  routingType: 2,
  segmentsLeft: 3,
  data: 4,
} as const;

/** A routing header. */
export interface Ipv6Routing {
  nextHeader: number;
  /** Units of 8 octets behind the first 8. */
  headerLength: number;
  /** 0 source route (deprecated), 2 mobility, 3 RPL, 4 segment routing. */
  routingType: number;
  /** Nodes still to be visited; until it is 0 the destination address is not the last one. */
  segmentsLeft: number;
  /** `4 + 8 * headerLength` octets. */
  data: Uint8Array;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ipv6Routing> {
  const what = "IPv6 routing header";
  if (end - start < MIN_LENGTH) return cutShort(what, start, end, MIN_LENGTH);
  const headerLength = bytes[start + OFFSET.headerLength];
  const length = MIN_LENGTH + 8 * headerLength;
  if (end - start < length) return cutShort(what, start, end, length);
  return decoded({
    nextHeader: bytes[start + OFFSET.nextHeader],
    headerLength,
    routingType: bytes[start + OFFSET.routingType],
    segmentsLeft: bytes[start + OFFSET.segmentsLeft],
    data: bytes.slice(start + OFFSET.data, start + length),
  }, start + length);
}

/** The octets of the header. */
export function encode(record: Ipv6Routing): Uint8Array {
  const bytes = new Uint8Array(OFFSET.data + record.data.length);
  bytes[OFFSET.nextHeader] = record.nextHeader;
  bytes[OFFSET.headerLength] = record.headerLength;
  bytes[OFFSET.routingType] = record.routingType;
  bytes[OFFSET.segmentsLeft] = record.segmentsLeft;
  bytes.set(record.data, OFFSET.data);
  return bytes;
}
