/**
 * Tells DNS by its content, as it comes from any port: nothing more is read of it.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-+-------+-+-+-+-+-----+-------+
 * |              ID               |Q|Opcode |A|T|R|R| Z.. | RCODE |
 * +-------------------------------+-+-------+-+-+-+-+-----+-------+
 * |            QDCOUNT            |            ANCOUNT            |
 * +-------------------------------+-------------------------------+
 * |            NSCOUNT            |            ARCOUNT            |
 * +-------------------------------+-------------------------------+
 * |  QNAME: labels, each behind its length, up to one of 0 …      |
 * +-------------------------------+-------------------------------+
 * |             QTYPE             |            QCLASS             |
 * +-------------------------------+-------------------------------+
 * ```
 *
 * Source: RFC 1035 §4.1.
 */
import { get16 } from "./octets.ts";

/** Octets of a header, and of the shortest question. */
const HEADER = 12, QUESTION = 5;
/** More records than this no datagram of one question has. */
const RECORDS = 64;
/** Types are assigned from 1 on without great gaps; TA and DLV stand apart, and private use above. */
const LAST_TYPE = 300, APART: readonly number[] = [32768, 32769], PRIVATE = 65280;
/** Classes that are in use: IN, CH, HS, NONE and ANY; the first bit is one of multicast DNS. */
const CLASSES: readonly number[] = [1, 3, 4, 254, 255];

/** Whether octets are a whole DNS message with one question (RFC 1035 §4.1). */
export function looksLikeDns(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < HEADER + QUESTION || get16(bytes, at + 4) !== 1) return false;
  // Z must be zero; of the opcodes only 0 to 5 exist.
  if ((bytes[at + 3] & 0x40) !== 0 || (bytes[at + 2] >> 3 & 15) > 5) return false;
  for (const count of [6, 8, 10]) if (get16(bytes, at + count) > RECORDS) return false;
  let name = at + HEADER;
  while (name < end && bytes[name] !== 0) {
    if (bytes[name] > 63) return false;
    for (let i = 1; i <= bytes[name]; i++) {
      const octet = bytes[name + i];
      if (name + i >= end || octet < 0x21 || octet > 0x7e) return false;
    }
    name += bytes[name] + 1;
  }
  return name + QUESTION <= end && isType(get16(bytes, name + 1)) &&
    CLASSES.includes(get16(bytes, name + 3) & 0x7fff);
}

function isType(type: number): boolean {
  return type > 0 && type <= LAST_TYPE || type >= PRIVATE && type < 0xffff || APART.includes(type);
}
