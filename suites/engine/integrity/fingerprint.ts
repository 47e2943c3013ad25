/** What a packet keeps on its way through routers, as one number. */
import type { HeaderWalker } from "../../../captures/walk.ts";

/** Golden ratio and another odd constant without pattern: they spread what is multiplied by them. */
const SPREAD = 0x9e3779b1, MORE = 0x85ebca6b;

/** The key of an IP address: itself for IPv4, a digest for IPv6. @param length 4 or 16 octets. */
export function addressKey(view: DataView, at: number, length: number): number {
  if (length === 4) return view.getInt32(at);
  let key = SPREAD | 0;
  for (let i = at; i < at + length; i += 4) key = mix(key, view.getInt32(i));
  return key;
}

/**
 * A digest of an IP packet without what routers change: hop limit, ECN and header checksum.
 * @returns 32 bits, never 0.
 */
export function fingerprint(view: DataView, walk: HeaderWalker): number {
  const { l3, end } = walk;
  let digest: number, at: number;
  if (walk.ipVersion === 4) {
    // Codepoint, length; identification, flags, offset; protocol; both addresses.
    digest = mix(view.getInt32(l3 + 4), view.getInt32(l3) & 0xfffcffff);
    digest = mix(digest, view.getUint8(l3 + 9));
    digest = mix(mix(digest, view.getInt32(l3 + 12)), view.getInt32(l3 + 16));
    at = l3 + 20;
  } else {
    digest = mix(view.getInt32(l3) & 0xffcfffff | 0, view.getInt32(l3 + 4) >>> 8);
    at = l3 + 8;
  }
  for (; at + 4 <= end; at += 4) digest = mix(digest, view.getInt32(at));
  for (; at < end; at++) digest = mix(digest, view.getUint8(at));
  digest = Math.imul(digest ^ digest >>> 16, MORE);
  return (digest ^ digest >>> 13) || 1;
}

function mix(digest: number, word: number): number {
  const mixed = Math.imul(digest ^ word, SPREAD);
  return mixed ^ mixed >>> 15;
}
