/**
 * The header of the PPP Multilink Protocol, with sequence numbers of 24 and of 12 bits.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |B|E|  Reserved |               sequence number                 |  long
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |B|E|Rsv|    sequence number    |                                  short
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * The octets do not tell which of them it is: short ones were agreed on by an LCP option (18). RFC
 * 2686 has classes in the reserved bits.
 *
 * Source: RFC 1990 §3.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get32, put32 } from "./octets.ts";

/** Octets of the long header. */
export const LENGTH = 4;

/** The header with a sequence number of 24 bits. */
export interface PppMultilink {
  /** B: the first fragment of a packet. */
  beginning: boolean;
  /** E: the last one. */
  ending: boolean;
  /** The six bits behind them. */
  reserved: number;
  /** 24 bits. */
  sequence: number;
}

/** Decodes the long header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<PppMultilink> {
  if (end - start < LENGTH) return cutShort("multilink header", start, end, LENGTH);
  const word = get32(bytes, start);
  return decoded({
    beginning: (word & 0x80000000) !== 0,
    ending: (word & 0x40000000) !== 0,
    reserved: word >>> 24 & 0x3f,
    sequence: word & 0xffffff,
  }, start + LENGTH);
}

/** The octets of the long header. */
export function encode(record: PppMultilink): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const flags = (record.beginning ? 0x80 : 0) | (record.ending ? 0x40 : 0) | record.reserved & 0x3f;
  put32(bytes, 0, flags << 24 | record.sequence & 0xffffff);
  return bytes;
}
