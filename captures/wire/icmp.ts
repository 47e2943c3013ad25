/**
 * The Internet Control Message Protocol: the eight octets that every message begins with.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Rest, by type: an echo has identifier and sequence     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 792.
 */
import { addSums, complement, sumOctets } from "./checksum.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32, viewOf } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = { type: 0, code: 1, checksum: 2, rest: 4 } as const;

/** Message types. */
export const IcmpType = {
  echoReply: 0,
  destinationUnreachable: 3,
  redirect: 5,
  echoRequest: 8,
  timeExceeded: 11,
  parameterProblem: 12,
} as const;

/** The beginning of an ICMP message. */
export interface Icmp {
  type: number;
  code: number;
  checksum: number;
  /** 32 bits whose meaning depends on the type. */
  rest: number;
}

/** Decodes the header at `start`; `what` names it in an error. */
export function decode(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
  what = "ICMP header",
): Decoded<Icmp> {
  if (end - start < LENGTH) return cutShort(what, start, end, LENGTH);
  return decoded({
    type: bytes[start + OFFSET.type],
    code: bytes[start + OFFSET.code],
    checksum: get16(bytes, start + OFFSET.checksum),
    rest: get32(bytes, start + OFFSET.rest),
  }, start + LENGTH);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Icmp, bytes: Uint8Array, at: number): number {
  bytes[at + OFFSET.type] = record.type;
  bytes[at + OFFSET.code] = record.code;
  put16(bytes, at + OFFSET.checksum, record.checksum);
  put32(bytes, at + OFFSET.rest, record.rest);
  return at + LENGTH;
}

/** The octets of the header. */
export function encode(record: Icmp): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}

/** The record with the checksum over itself and the octets that follow it. */
export function withChecksum(record: Icmp, payload: Uint8Array): Icmp {
  const header = encode({ ...record, checksum: 0 });
  const sum = addSums(
    sumOctets(header, viewOf(header), 0, LENGTH),
    sumOctets(payload, viewOf(payload), 0, payload.length),
  );
  return { ...record, checksum: complement(sum) };
}
