/**
 * The Ethernet addresses of a lab's interfaces, the same in every world: they are fixed, so that no
 * address resolution is needed, and say which link a frame was on.
 *
 * ```text
 *  octet  0    1    2    3    4    5
 *        02   50   4c   link index  end (0 or 1)
 * ```
 */

/** The first three octets: locally administered. */
const PREFIX = 0x02504c;
/** Ends of a link. */
const ENDS = 2;

/** Ethernet address of one end of a link, six octets. @param link Its index in the topology. */
export function linkAddress(link: number, end: 0 | 1): Uint8Array {
  return Uint8Array.of(
    ...[PREFIX >> 16, PREFIX >> 8 & 255, PREFIX & 255],
    ...[link >> 8 & 255, link & 255, end],
  );
}

/**
 * Which end of which link has the address whose octets stand at `at`: `2 * link + end`, or -1 for an
 * address of anybody else. Allocates nothing.
 */
export function linkEndAt(view: DataView, at: number): number {
  const high = view.getUint32(at), low = view.getUint16(at + 4), end = low & 255;
  if (high >>> 8 !== PREFIX || end >= ENDS) return -1;
  return ((high & 255) << 8 | low >> 8) * ENDS + end;
}
