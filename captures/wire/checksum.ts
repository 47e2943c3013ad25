/**
 * The Internet checksum: the complement of the one's complement sum of 16-bit words (RFC 1071).
 *
 * Sums here are partial: 16-bit one's complement sums that can be added up, so that a pseudo header,
 * a header and a payload are summed where they lie. Nothing allocates.
 */
import { get16, put16 } from "./octets.ts";

/** Adds two partial sums. */
export function addSums(a: number, b: number): number {
  const sum = a + b;
  return (sum & 0xffff) + (sum >>> 16);
}

/** Takes one partial sum out of another. */
export function subtractSums(a: number, b: number): number {
  return addSums(a, ~b & 0xffff);
}

/**
 * Partial sum of `bytes[start..end)`, an odd last octet being padded with zero (RFC 1071 §4.1).
 * @param view Spans the same octets as `bytes`.
 */
export function sumOctets(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let low = 0;
  let high = 0;
  let at = start;
  // The sum is independent of byte order (RFC 1071 §2 B): little-endian loads need no swap on the
  // usual machine, and one swap at the end makes up for all of them. A block of 64 KiB cannot
  // overflow 31 bits; each of its words adds at most 65535 to each half.
  while (at + 4 <= end) {
    const block = Math.min(end, at + 0x10000);
    for (const last = block - 16; at <= last; at += 16) {
      const a = view.getUint32(at, true);
      const b = view.getUint32(at + 4, true);
      const c = view.getUint32(at + 8, true);
      const d = view.getUint32(at + 12, true);
      low += (a & 0xffff) + (b & 0xffff) + (c & 0xffff) + (d & 0xffff);
      high += (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16);
    }
    for (const last = block - 4; at <= last; at += 4) {
      const word = view.getUint32(at, true);
      low += word & 0xffff;
      high += word >>> 16;
    }
    low = fold(low);
    high = fold(high);
  }
  if (at + 2 <= end) {
    low += view.getUint16(at, true);
    at += 2;
  }
  if (at < end) low += bytes[at];
  const sum = fold(fold(low) + high);
  return ((sum & 0xff) << 8) | (sum >>> 8);
}

/** Folds a sum of less than 2^32 into 16 bits. */
function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** The checksum that a partial sum leads to: what stands in the header. */
export function complement(sum: number): number {
  return ~sum & 0xffff;
}

/** Internet checksum of `bytes[start..end)`: 0 when a valid checksum is among the octets. */
export function checksum(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  return complement(sumOctets(bytes, view, start, end));
}

/**
 * Corrects the checksum at `at` for octets that it covers and that have changed (RFC 1624 eqn. 3).
 * @param before Partial sum of those octets as they were.
 * @param after Partial sum of them as they are.
 */
export function mendChecksum(bytes: Uint8Array, at: number, before: number, after: number): void {
  const sum = subtractSums(complement(get16(bytes, at)), before);
  put16(bytes, at, complement(addSums(sum, after)));
}

/**
 * Partial sum of the fields of a pseudo header that are not addresses (RFC 768, RFC 9293 §3.1,
 * RFC 8200 §8.1). Both versions sum to the same, so the version does not matter.
 * @param length Octets of the transport header and its payload.
 */
export function sumPseudoHeader(addressSum: number, protocol: number, length: number): number {
  return addSums(addSums(addressSum, protocol), fold(length));
}

/** Partial sum of the addresses in the IPv4 header at `header`. */
export function sumAddresses4(bytes: Uint8Array, view: DataView, header: number): number {
  return sumOctets(bytes, view, header + 12, header + 20);
}

/** Partial sum of the addresses in the IPv6 header at `header`. */
export function sumAddresses6(bytes: Uint8Array, view: DataView, header: number): number {
  return sumOctets(bytes, view, header + 8, header + 40);
}
