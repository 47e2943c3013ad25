/**
 * Hiding of attribute values with MD5, a shared secret and a random vector.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   Length of Original Value    |   Original Attribute Value …
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   …                             |             Padding …
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * b1 = MD5(attribute type, secret, random vector)   c1 = p1 xor b1
 * bi = MD5(secret, c(i-1))                          ci = pi xor bi
 * ```
 *
 * Source: RFC 2661 §4.3.
 */
import { createHash } from "node:crypto";
import type { Decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

const CHUNK = 16;
const NOTHING = new Uint8Array(0);

function md5(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * The hidden form of a value: longer by two octets and the padding.
 * @param type Attribute Type of the AVP.
 * @param secret Shared secret, octets.
 * @param vector Value of the nearest Random Vector AVP before it.
 */
export function hide(
  type: number,
  value: Uint8Array,
  secret: Uint8Array,
  vector: Uint8Array,
  padding: Uint8Array = NOTHING,
): Uint8Array {
  const octets = new Uint8Array(2 + value.length + padding.length);
  put16(octets, 0, value.length);
  octets.set(value, 2);
  octets.set(padding, 2 + value.length);
  let mask = md5(Uint8Array.of(type >> 8, type), secret, vector);
  for (let at = 0; at < octets.length; at += CHUNK) {
    const end = Math.min(at + CHUNK, octets.length);
    for (let i = at; i < end; i++) octets[i] ^= mask[i - at];
    if (end < octets.length) mask = md5(secret, octets.subarray(at, end));
  }
  return octets;
}

/** The value behind its hidden form; a wrong secret mostly gives an impossible length. */
export function unhide(
  type: number,
  hidden: Uint8Array,
  secret: Uint8Array,
  vector: Uint8Array,
): Decoded<Uint8Array> {
  if (hidden.length < 2) {
    return { end: hidden.length, problem: `hidden value cut short: ${hidden.length} of 2 octets` };
  }
  const octets = hidden.slice();
  let mask = md5(Uint8Array.of(type >> 8, type), secret, vector);
  for (let at = 0; at < octets.length; at += CHUNK) {
    const end = Math.min(at + CHUNK, octets.length);
    for (let i = at; i < end; i++) octets[i] ^= mask[i - at];
    if (end < octets.length) mask = md5(secret, hidden.subarray(at, end));
  }
  const length = get16(octets, 0);
  if (2 + length > octets.length) {
    const have = octets.length - 2;
    return { end: hidden.length, problem: `hidden value cut short: ${have} of ${length} octets` };
  }
  return { record: octets.slice(2, 2 + length), end: hidden.length };
}
