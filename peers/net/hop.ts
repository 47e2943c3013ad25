import { mendChecksum } from "../../captures/wire/checksum.ts";
import * as ipv4 from "../../captures/wire/ipv4.ts";
import { get16 } from "../../captures/wire/octets.ts";

/**
 * Takes one off the TTL or hop limit of an IP datagram in place, with the IPv4 checksum mended, as a
 * router does (RFC 1812 §5.3.1); false when it ran out.
 */
export function takeHop(datagram: Uint8Array): boolean {
  if (datagram[0] >> 4 === 6) return --datagram[7] > 0;
  const { ttl, checksum } = ipv4.OFFSET;
  if (datagram[ttl] <= 1) return false;
  const before = get16(datagram, ttl);
  datagram[ttl]--;
  mendChecksum(datagram, checksum, before, get16(datagram, ttl));
  return true;
}
