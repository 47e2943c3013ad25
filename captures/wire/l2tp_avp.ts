/**
 * Attribute-Value Pairs, of which the bodies of L2TP control messages consist.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |M|H| rsvd  |      Length       |           Vendor ID           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Attribute Type        |      Attribute Value …
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Length counts the six octets of the header too. The RFC speaks of 1023 octets of data, but ten bits
 * of a length that counts the header leave 1017.
 *
 * Source: RFC 2661 §4.1.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Octets of an AVP without a value. */
export const AVP_LENGTH = 6;
/** Octets of the largest value. */
export const MAX_VALUE = 1017;

/** One AVP, any bits, legal or not: a Length of less than 6 leaves no value. */
export interface Avp {
  /** M: whoever does not know the attribute must not go on. */
  mandatory: boolean;
  /** H: the value is hidden with the shared secret. */
  hidden: boolean;
  /** Four bits that must be zero. */
  reserved: number;
  /** Ten bits: octets of the AVP, header included. */
  length: number;
  /** 0 for the attributes of the IETF. */
  vendor: number;
  /** Attribute Type. */
  type: number;
  /** Octets as they stand on the wire. */
  value: Uint8Array;
}

/** Decodes the AVP at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Avp> {
  const one = view(bytes, start, end);
  if (one.record !== undefined) one.record.value = one.record.value.slice();
  return one;
}

/** As `decode`, with a value that is a view into `bytes`. */
function view(bytes: Uint8Array, start: number, end: number): Decoded<Avp> {
  if (end - start < AVP_LENGTH) return cutShort("AVP header", start, end, AVP_LENGTH);
  const word = get16(bytes, start);
  const length = word & 0x3ff;
  if (end - start < length) return cutShort("AVP", start, end, length);
  const stop = start + Math.max(AVP_LENGTH, length);
  return decoded({
    mandatory: (word & 0x8000) !== 0,
    hidden: (word & 0x4000) !== 0,
    reserved: (word >>> 10) & 15,
    length,
    vendor: get16(bytes, start + 2),
    type: get16(bytes, start + 4),
    value: bytes.subarray(start + AVP_LENGTH, stop),
  }, stop);
}

/** Writes the AVP at `at`; returns where it ends. */
export function encodeInto(record: Avp, bytes: Uint8Array, at: number): number {
  const { mandatory, hidden, reserved, length, value } = record;
  const bits = (mandatory ? 0x8000 : 0) | (hidden ? 0x4000 : 0) | ((reserved & 15) << 10);
  put16(bytes, at, bits | (length & 0x3ff));
  put16(bytes, at + 2, record.vendor);
  put16(bytes, at + 4, record.type);
  bytes.set(value, at + AVP_LENGTH);
  return at + AVP_LENGTH + value.length;
}

/** The octets of the AVP. */
export function encode(record: Avp): Uint8Array {
  const bytes = new Uint8Array(AVP_LENGTH + record.value.length);
  encodeInto(record, bytes, 0);
  return bytes;
}

/** The record with the Length of its value. */
export function withLength(record: Avp): Avp {
  return { ...record, length: AVP_LENGTH + record.value.length };
}

/** AVPs in order, where the last one ends, and why reading stopped before the end, if it did. */
export interface Avps {
  avps: Avp[];
  end: number;
  problem?: string;
  /** M of the AVP that cannot be read, as far as its first octet is there. */
  mandatory?: boolean;
}

/** Reads the AVPs in `bytes[start..end)`. Nothing can be read behind one with an impossible length. */
export function readAvps(bytes: Uint8Array, start = 0, end = bytes.length): Avps {
  const read = viewAvps(bytes.slice(start, end));
  return { ...read, end: start + read.end };
}

/** As `readAvps`, with values that are views into `bytes`: they last as long as these octets do. */
export function viewAvps(bytes: Uint8Array, start = 0, end = bytes.length): Avps {
  const avps: Avp[] = [];
  let at = start;
  while (at < end) {
    const { record, end: stop, problem } = view(bytes, at, end);
    if (record !== undefined && record.length >= AVP_LENGTH) {
      avps.push(record);
      at = stop;
      continue;
    }
    const impossible = `AVP length must be at least ${AVP_LENGTH}: got ${record?.length}`;
    const mandatory = (bytes[at] & 0x80) !== 0;
    return { avps, end: at, problem: problem ?? impossible, mandatory };
  }
  return { avps, end: at };
}
