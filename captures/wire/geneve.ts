/**
 * Generic Network Virtualization Encapsulation, between UDP and whatever Protocol Type names.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Ver|  Opt Len  |O|C|    Rsvd.  |          Protocol Type        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Virtual Network Identifier (VNI)       |    Reserved   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * :                    Options, Opt Len words of 32 bits          :
 * |          Option Class         |      Type     |R|R|R| Length  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 8926 §3.4 and §3.5.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** Octets of a header without options. */
export const MIN_LENGTH = 8;
/** Octets of an option without its data. */
export const OPTION_LENGTH = 4;

/** A Geneve header. */
export interface Geneve {
  /** Two bits: 0. */
  version: number;
  /** O: a control packet. */
  control: boolean;
  /** C: some option is critical. */
  critical: boolean;
  /** The six bits behind C, and the last octet. */
  reserved1: number;
  /** EtherType of the payload. */
  protocol: number;
  /** Virtual network identifier, 24 bits. */
  vni: number;
  reserved2: number;
  /** Options as they stand: a multiple of 4 octets, 252 at most. */
  options: Uint8Array;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Geneve> {
  if (end - start < MIN_LENGTH) return cutShort("Geneve header", start, end, MIN_LENGTH);
  const length = MIN_LENGTH + 4 * (bytes[start] & 0x3f);
  if (end - start < length) return cutShort("Geneve options", start, end, length);
  const flags = bytes[start + 1], last = get32(bytes, start + 4);
  return decoded({
    version: bytes[start] >> 6,
    control: (flags & 0x80) !== 0,
    critical: (flags & 0x40) !== 0,
    reserved1: flags & 0x3f,
    protocol: get16(bytes, start + 2),
    vni: last >>> 8,
    reserved2: last & 0xff,
    options: bytes.slice(start + MIN_LENGTH, start + length),
  }, start + length);
}

/** The octets of the header. */
export function encode(record: Geneve): Uint8Array {
  const bytes = new Uint8Array(MIN_LENGTH + record.options.length);
  bytes[0] = record.version << 6 | record.options.length >> 2;
  bytes[1] = (record.control ? 0x80 : 0) | (record.critical ? 0x40 : 0) | record.reserved1 & 0x3f;
  put16(bytes, 2, record.protocol);
  put32(bytes, 4, record.vni << 8 | record.reserved2 & 0xff);
  bytes.set(record.options, MIN_LENGTH);
  return bytes;
}
