/**
 * Digests of octets that can be put together: that of two stretches one behind the other follows from
 * the digests of both, so that payloads are compared however they were cut, and whichever side of a
 * device was read first.
 *
 * The digest is CRC-32 (ISO 3309), whose value for A and B together is that of A times x^8|B| plus that
 * of B, modulo its polynomial over GF(2).
 */
import { crc32 } from "node:zlib";

/** The polynomial, lowest power in the highest bit. */
const POLYNOMIAL = 0xedb88320;
/** One, in that order of bits. */
const ONE = 1 << 31;
/** Octets of a payload for which the power of x is kept once it was worked out. */
const LENGTHS = 1 << 16;

/** Powers of x by the number of octets; 0 for those not worked out. */
const powers = new Int32Array(LENGTHS + 1);
/** x to the power of 2^k. */
const squares = (() => {
  const table = new Int32Array(32);
  table[0] = 1 << 30;
  for (let k = 1; k < 32; k++) table[k] = times(table[k - 1], table[k - 1]);
  return table;
})();

/** Digest of `bytes[start..end)`, as a signed word. */
export function digestOf(bytes: Uint8Array, start: number, end: number): number {
  return start === end ? 0 : crc32(bytes.subarray(start, end)) | 0;
}

/** Digest of two stretches one behind the other. @param length Octets of the second, 65,536 at most. */
export function digestOfBoth(first: number, second: number, length: number): number {
  if (first === 0 || length === 0) return first ^ second;
  return times(powerOf(length), first) ^ second;
}

function powerOf(octets: number): number {
  let power = powers[octets];
  if (power !== 0) return power;
  power = ONE;
  for (let n = octets, k = 3; n !== 0; n >>>= 1, k++) {
    if ((n & 1) === 1) power = times(squares[k], power);
  }
  return powers[octets] = power;
}

/** Product of two polynomials. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= b;
    b = (b & 1) === 1 ? b >>> 1 ^ POLYNOMIAL : b >>> 1;
  }
  return product;
}

/** A word that differs, but for chance, when any octet of `bytes[start..end)` does; for short stretches. */
export function hashOf(bytes: Uint8Array, start: number, end: number, seed = 0x2f6b): number {
  let hash = seed ^ end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193) ^ hash >>> 15;
  return Math.imul(hash ^ hash >>> 16, 0x45d9f3b);
}
