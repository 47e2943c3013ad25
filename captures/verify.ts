/**
 * Verifies the checksums of a frame on the streaming path: no object per packet, unlike `dissect`,
 * which says the same in words.
 */
import type { Frame } from "./frame.ts";
import type { HeaderWalker } from "./walk.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "./wire/checksum.ts";
import { IP_PROTOCOL } from "./wire/ip_protocol.ts";

/** What became of a checksum. */
export const Checksum = {
  /** There is none, or not enough of the packet is here to tell. */
  unknown: 0,
  correct: 1,
  wrong: 2,
} as const;

/**
 * The checksum of the IPv4 header that a walker stands on; unknown for IPv6, which has none, and where
 * it was left to the network card and is 0.
 */
export function ipChecksum(frame: Frame, walker: HeaderWalker): number {
  if (walker.ipVersion !== 4) return Checksum.unknown;
  const { bytes, view } = frame, { l3 } = walker;
  const length = (bytes[l3] & 15) << 2;
  if (complement(sumOctets(bytes, view, l3, l3 + length)) === 0) return Checksum.correct;
  return view.getUint16(l3 + 10) === 0 ? Checksum.unknown : Checksum.wrong;
}

/**
 * The checksum of the TCP, UDP or ICMP header that a walker stands on. A datagram that was cut short
 * or split, and UDP over IPv4 without a checksum, are unknown; so is a TCP or UDP checksum that was
 * left to the network card, where only the sum of the pseudo header stands, and one that options or
 * extension headers may have led to another destination.
 */
export function transportChecksum(frame: Frame, walker: HeaderWalker): number {
  const { bytes, view } = frame, { l4, protocol } = walker;
  if (l4 < 0 || walker.isFragment || !isWhole(frame, walker)) return Checksum.unknown;
  const at = checksumAt(walker), end = endOf(frame, walker);
  if (at < 0 || at + 2 > end) return Checksum.unknown;
  const value = view.getUint16(at);
  if (protocol === IP_PROTOCOL.UDP && walker.ipVersion === 4 && value === 0) {
    return Checksum.unknown;
  }
  const seed = protocol === IP_PROTOCOL.ICMP ? 0 : pseudoHeader(frame, walker, end - l4);
  if (complement(addSums(seed, sumOctets(bytes, view, l4, end))) === 0) return Checksum.correct;
  const plain = l4 - walker.l3 === (walker.ipVersion === 4 ? 20 : 40);
  const left = protocol !== IP_PROTOCOL.ICMP &&
    (value === seed || value === pseudoHeader(frame, walker, 0));
  return left || !plain ? Checksum.unknown : Checksum.wrong;
}

/** Where the transport checksum stands, or -1 for a protocol that is not known to have one. */
function checksumAt({ protocol, ipVersion, l4 }: HeaderWalker): number {
  if (protocol === IP_PROTOCOL.TCP) return l4 + 16;
  if (protocol === IP_PROTOCOL.UDP) return l4 + 6;
  const icmp = protocol === (ipVersion === 4 ? IP_PROTOCOL.ICMP : IP_PROTOCOL.ICMPV6);
  return icmp ? l4 + 2 : -1;
}

/** One past what the checksum covers: UDP has a length of its own. -1 when that makes no sense. */
function endOf({ view }: Frame, { protocol, l4, end }: HeaderWalker): number {
  if (protocol !== IP_PROTOCOL.UDP || l4 + 8 > end) return end;
  const length = view.getUint16(l4 + 4);
  if (length === 0) return end;
  return length < 8 || l4 + length > end ? -1 : l4 + length;
}

function pseudoHeader({ bytes, view }: Frame, walker: HeaderWalker, length: number): number {
  const addresses = walker.ipVersion === 4
    ? sumAddresses4(bytes, view, walker.l3)
    : sumAddresses6(bytes, view, walker.l3);
  return sumPseudoHeader(addresses, walker.protocol, length);
}

/** Whether the capture holds the datagram to its end as its header tells it. */
function isWhole(frame: Frame, walker: HeaderWalker): boolean {
  const { view } = frame, { l3, end } = walker;
  // A length of zero was left to the network card: what was captured is all there is.
  if (walker.ipVersion === 4) {
    const total = view.getUint16(l3 + 2);
    return total === 0 || l3 + total === end;
  }
  const payload = view.getUint16(l3 + 4);
  return payload === 0 || l3 + 40 + payload === end;
}
