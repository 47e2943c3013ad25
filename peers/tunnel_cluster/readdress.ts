/**
 * Puts another destination into an IP datagram, with the checksums mended (RFC 1624).
 *
 * D4-01: that is all that a master changes. Ports, identification and fragmentation stay; the TTL falls
 * as at any router, by one where the datagram enters the device and by one where it leaves.
 */
import { mendChecksum, sumOctets } from "../../captures/wire/checksum.ts";
import { get16, put16, viewOf } from "../../captures/wire/octets.ts";
import type { HeaderWalker } from "../../captures/walk.ts";

/**
 * A copy of a datagram for another destination. Source, ports and payload stay; a UDP checksum of
 * zero stays zero. `walker` has walked the datagram; the address has the length of those in it.
 */
export function withDestination(
  datagram: Uint8Array,
  walker: HeaderWalker,
  destination: Uint8Array,
): Uint8Array {
  const copy = datagram.slice(), view = viewOf(copy);
  const at = walker.destinationStart;
  const before = sumOctets(copy, view, at, at + destination.length);
  copy.set(destination, at);
  const after = sumOctets(copy, view, at, at + destination.length);
  if (walker.ipVersion === 4) mendChecksum(copy, walker.l3 + 10, before, after);
  const checksummed = walker.udpPayload >= 0 && get16(copy, walker.l4 + 6) !== 0;
  if (checksummed) {
    mendChecksum(copy, walker.l4 + 6, before, after);
    // A computed zero is sent as its other form, as zero means that there is no checksum (RFC 768).
    if (get16(copy, walker.l4 + 6) === 0) put16(copy, walker.l4 + 6, 0xffff);
  }
  return copy;
}
