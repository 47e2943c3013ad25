/** Where the IP datagram of an Ethernet frame begins. */
import { ETHER_TYPE, isVlanTag } from "../../captures/link.ts";
import { get16 } from "../../captures/wire/octets.ts";

/** Octets of the two MAC addresses, and tags that are walked over at most. */
const ADDRESSES = 12, MOST_TAGS = 4;

/** Octets of the longest link header that is looked behind. */
export const LONGEST_LINK_HEADER = ADDRESSES + 2 + 4 * MOST_TAGS;

/**
 * First octet behind the EtherType of IPv4 or IPv6, and behind the VLAN tags before it; -1 where
 * another is carried, or nothing.
 */
export function datagramStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start + ADDRESSES;
  for (let tags = 0; at + 2 < end; tags++, at += 4) {
    const type = get16(bytes, at);
    if (type === ETHER_TYPE.IPV4 || type === ETHER_TYPE.IPV6) {
      const version = type === ETHER_TYPE.IPV4 ? 4 : 6;
      return bytes[at + 2] >> 4 === version ? at + 2 : -1;
    }
    if (!isVlanTag(type) || tags === MOST_TAGS) return -1;
  }
  return -1;
}

/** Octets that are carried behind the link header with its VLAN tags: what an MTU limits. */
export function carriedOctets(bytes: Uint8Array, start: number, end: number): number {
  let at = start + ADDRESSES;
  while (at + 2 < end && isVlanTag(get16(bytes, at))) at += 4;
  return Math.max(0, end - at - 2);
}
