/**
 * ICMP for IPv6: the eight octets that every message begins with.
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
 * Source: RFC 4443 §2.1; types of RFC 4861 §4.
 */
import { addSums, complement, sumOctets, sumPseudoHeader } from "./checksum.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32, viewOf } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = { type: 0, code: 1, checksum: 2, rest: 4 } as const;

/** Message types. */
export const Icmpv6Type = {
  destinationUnreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
} as const;

/** The beginning of an ICMPv6 message. */
export interface Icmpv6 {
  type: number;
  code: number;
  checksum: number;
  /** 32 bits whose meaning depends on the type. */
  rest: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Icmpv6> {
  if (end - start < LENGTH) return cutShort("ICMPv6 header", start, end, LENGTH);
  return decoded({
    type: bytes[start + OFFSET.type],
    code: bytes[start + OFFSET.code],
    checksum: get16(bytes, start + OFFSET.checksum),
    rest: get32(bytes, start + OFFSET.rest),
  }, start + LENGTH);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Icmpv6, bytes: Uint8Array, at: number): number {
  bytes[at + OFFSET.type] = record.type;
  bytes[at + OFFSET.code] = record.code;
  put16(bytes, at + OFFSET.checksum, record.checksum);
  put32(bytes, at + OFFSET.rest, record.rest);
  return at + LENGTH;
}

/** The octets of the header. */
export function encode(record: Icmpv6): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}

/**
 * The record with the checksum over the pseudo header, itself and the octets that follow it.
 * @param addressSum Partial sum of the IPv6 addresses, as `sumAddresses6` gives it.
 */
export function withChecksum(record: Icmpv6, payload: Uint8Array, addressSum: number): Icmpv6 {
  const header = encode({ ...record, checksum: 0 });
  const sum = addSums(
    sumOctets(header, viewOf(header), 0, LENGTH),
    sumOctets(payload, viewOf(payload), 0, payload.length),
  );
  const pseudo = sumPseudoHeader(addressSum, 58, LENGTH + payload.length);
  return { ...record, checksum: complement(addSums(sum, pseudo)) };
}
