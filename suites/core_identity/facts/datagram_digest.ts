import type { HeaderWalker } from "../../../captures/walk.ts";
import { checksum } from "../../../captures/wire/checksum.ts";

/** Nobody can make a capture in which two datagrams have one digest. */
const SEED = crypto.getRandomValues(new Int32Array(2));

/**
 * Digest of an IP datagram without what forwarding changes: TTL or hop limit and IPv4 header
 * checksum, which stand beside it. Of ECN only counts whether it is Not-ECT, as a congested device
 * may mark what is not (RFC 3168 §5). One object, overwritten for every datagram.
 */
export class DatagramDigest {
  /** 64 bits that differ when any other octet does. */
  high = 0;
  low = 0;
  /** Time to Live of IPv4, Hop Limit of IPv6. */
  ttl = 0;
  /** Whether the IPv4 header checksum is right; true for IPv6, which has none. */
  intact = true;

  /** Digests the datagram that the walker stands on in `bytes`, which `view` spans. */
  of(bytes: Uint8Array, view: DataView, walk: HeaderWalker): void {
    const { l3, end } = walk, v4 = walk.ipVersion === 4;
    let a = SEED[0], b = SEED[1] ^ end - l3;
    const words = l3 + (end - l3 & ~3);
    for (let i = l3; i < words; i += 4) {
      let word = view.getUint32(i);
      if (i < l3 + 12) word = v4 ? steady4(word, i - l3) : steady6(word, i - l3);
      a = Math.imul(a ^ word, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b + word | 0, 0x5bd1e995) ^ a;
    }
    for (let i = words; i < end; i++) {
      a = Math.imul(a ^ bytes[i], 0x01000193);
      b = Math.imul(b + bytes[i] | 0, 0x5bd1e995) ^ a;
    }
    this.high = a;
    this.low = b;
    this.ttl = walk.ttl(bytes);
    this.intact = !v4 || checksum(bytes, view, l3, l3 + ((bytes[l3] & 15) << 2)) === 0;
  }
}

/** A word of an IPv4 header at an offset, without what may change under way. */
function steady4(word: number, offset: number): number {
  if (offset === 0) return (word & 0x00030000) === 0 ? word : word | 0x00030000;
  return offset === 8 ? word & 0x00ff0000 : word;
}

/** A word of an IPv6 header at an offset, without what may change under way. */
function steady6(word: number, offset: number): number {
  if (offset === 0) return (word & 0x00300000) === 0 ? word : word | 0x00300000;
  return offset === 4 ? word & 0xffffff00 : word;
}
