/** Partial sums (`captures/wire/checksum.ts`) of the parts of a segment, and whether its checksums are right. */
import type { SegmentView } from "../../captures/view/segment.ts";
import { addSums, complement, sumPseudoHeader } from "../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { get16, put16 } from "../../captures/wire/octets.ts";

/** Sum of the words of a header, `end - at` being a multiple of 4 and small: cheaper than the sum of any octets. */
export function sumHeader(view: DataView, at: number, end: number): number {
  let low = 0, high = 0;
  for (; at < end; at += 4) {
    const word = view.getInt32(at);
    low += word & 0xffff;
    high += word >>> 16;
  }
  const sum = low + high, once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** A partial sum of octets that begin at an odd offset of what is summed up. */
export function swapped(sum: number): number {
  return (sum & 0xff) << 8 | sum >>> 8;
}

/** The sum of some octets, and behind them of others: `first` of the number `octets`. */
export function joinSums(first: number, octets: number, second: number): number {
  return addSums(first, (octets & 1) === 0 ? second : swapped(second));
}

/** Sum of the pseudo header of what follows the IP header at `header`. */
export function pseudoHeaderSum(
  bytes: Uint8Array,
  view: DataView,
  header: number,
  protocol: number,
  octets: number,
): number {
  const addresses = bytes[header] >> 4 === 4
    ? sumHeader(view, header + 12, header + 20)
    : sumHeader(view, header + 8, header + 40);
  return sumPseudoHeader(addresses, protocol, octets);
}

/** Whether the checksum of an IPv4 header is right; IPv6 has none. */
export function isHeaderSumRight(bytes: Uint8Array, view: DataView, header: number): boolean {
  if (bytes[header] >> 4 !== 4) return true;
  return complement(sumHeader(view, header, header + ((bytes[header] & 15) << 2))) === 0;
}

/** The checksum that an IPv4 header should have. */
export function headerChecksum(bytes: Uint8Array, view: DataView, header: number): number {
  put16(bytes, header + 10, 0);
  return complement(sumHeader(view, header, header + ((bytes[header] & 15) << 2)));
}

/** What the TCP checksum is, where the payload sums to `payloadSum`. */
export function tcpChecksumState(
  s: SegmentView,
  view: DataView,
  payloadSum: number,
): "right" | "partial" | "wrong" {
  const { bytes, tcp, payload, inner } = s, octets = s.end - tcp;
  const pseudo = pseudoHeaderSum(bytes, view, inner, IP_PROTOCOL.TCP, octets);
  const sum = addSums(addSums(pseudo, sumHeader(view, tcp, payload)), payloadSum);
  if (complement(sum) === 0) return "right";
  // Linux seeds the field with the length of all of it, Windows with none.
  const seed = get16(bytes, tcp + 16);
  if (seed === pseudo) return "partial";
  const bare = pseudoHeaderSum(bytes, view, inner, IP_PROTOCOL.TCP, 0);
  return seed === bare ? "partial" : "wrong";
}

/** The TCP checksum that a segment should have. */
export function tcpChecksum(
  bytes: Uint8Array,
  view: DataView,
  inner: number,
  tcp: number,
  payload: number,
  octets: number,
  payloadSum: number,
): number {
  put16(bytes, tcp + 16, 0);
  const pseudo = pseudoHeaderSum(bytes, view, inner, IP_PROTOCOL.TCP, octets);
  return complement(addSums(addSums(pseudo, sumHeader(view, tcp, payload)), payloadSum));
}

/** A UDP checksum as it is sent: 0 means that there is none (RFC 768). */
export function udpTransmitted(checksum: number): number {
  return checksum === 0 ? 0xffff : checksum;
}
