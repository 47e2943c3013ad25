/**
 * The fragment header of IPv6.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next header  |   Reserved    |      Fragment offset    |Res|M|
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Identification                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 8200 §4.5.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = { nextHeader: 0, reserved: 1, offsetAndFlags: 2, identification: 4 } as const;

/** A fragment header. */
export interface Ipv6Fragment {
  nextHeader: number;
  /** The reserved octet. */
  reserved: number;
  /** Octets, a multiple of 8. */
  fragmentOffset: number;
  /** The two reserved bits. */
  reservedBits: number;
  moreFragments: boolean;
  /** 32 bits. */
  identification: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ipv6Fragment> {
  if (end - start < LENGTH) return cutShort("IPv6 fragment header", start, end, LENGTH);
  const word = get16(bytes, start + OFFSET.offsetAndFlags);
  return decoded({
    nextHeader: bytes[start + OFFSET.nextHeader],
    reserved: bytes[start + OFFSET.reserved],
    fragmentOffset: word & 0xfff8,
    reservedBits: (word >> 1) & 3,
    moreFragments: (word & 1) === 1,
    identification: get32(bytes, start + OFFSET.identification),
  }, start + LENGTH);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Ipv6Fragment, bytes: Uint8Array, at: number): number {
  bytes[at + OFFSET.nextHeader] = record.nextHeader;
  bytes[at + OFFSET.reserved] = record.reserved;
  const flags = ((record.reservedBits & 3) << 1) | (record.moreFragments ? 1 : 0);
  put16(bytes, at + OFFSET.offsetAndFlags, (record.fragmentOffset & 0xfff8) | flags);
  put32(bytes, at + OFFSET.identification, record.identification);
  return at + LENGTH;
}

/** The octets of the header. */
export function encode(record: Ipv6Fragment): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}
