/**
 * Lengths and checksums of a TCP segment whose parts are known, plain or in a stateless tunnel: what
 * fills them in, and what says whether they are right.
 *
 * Every act works on the segment where it lies, and on one thing only: lengths come before checksums,
 * and checksums inside before those outside. `SegmentView` is a layout as well, so that a packet mutator
 * changes a field and then calls the acts that keep all else right.
 */
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "./checksum.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import { get16, put16 } from "./octets.ts";
import { ADJUSTED, type OpaqueAdjustment, type OpaqueFormat } from "./opaque.ts";
import * as tcp from "./tcp.ts";
import * as udp from "./udp.ts";

/** Where the parts of a segment begin, in octets; `outer` is -1 in a plain one. */
export interface SegmentLayout {
  readonly bytes: Uint8Array;
  /** Spans the same octets as `bytes`. */
  readonly view: DataView;
  readonly format: OpaqueFormat | undefined;
  readonly outer: number;
  /** Where the inner header begins if the segment is plain. */
  readonly opaque: number;
  readonly inner: number;
  readonly tcp: number;
  readonly payload: number;
  /** One past the last octet of the payload. */
  readonly end: number;
}

/** What stands in a checksum field: `partial` as `fillPartialTcpChecksum` leaves it. */
export type ChecksumState = "right" | "wrong" | "partial" | "partial_without_length";

/** Octets that an IP datagram has at most. */
const LARGEST = 0xffff;

/**
 * Act: lengths of both IP headers, and of UDP where the format has it adjusted.
 * @throws RangeError where the octets are more than a datagram may have.
 */
export function fillLengths(layout: SegmentLayout): void {
  const { bytes, outer, opaque, inner, end } = layout, first = outer < 0 ? inner : outer;
  if (end - first > LARGEST) {
    throw new RangeError(
      `Cannot build segment as a datagram has at most ${LARGEST} octets: got ${end - first}`,
    );
  }
  if (outer >= 0) fillIpLength(layout, outer);
  fillIpLength(layout, inner);
  if (adjusts(layout, "udp_length")) {
    put16(bytes, opaque + ADJUSTED.udp_length.offset, end - opaque);
  }
}

/** Act: header checksums of both IP headers, as far as they are of version 4. */
export function fillIpChecksums(layout: SegmentLayout): void {
  if (layout.outer >= 0) fillIpChecksum(layout, layout.outer);
  fillIpChecksum(layout, layout.inner);
}

/** Act: the TCP checksum, over all that stands in the segment now. */
export function fillTcpChecksum(layout: SegmentLayout): void {
  const { bytes, view, tcp: at, end } = layout;
  put16(bytes, at + tcp.OFFSET.checksum, 0);
  const sum = addSums(tcpPseudoHeader(layout), sumOctets(bytes, view, at, end));
  put16(bytes, at + tcp.OFFSET.checksum, complement(sum));
}

/**
 * Act: what a host leaves in the TCP checksum for its network card: the sum of the pseudo header, not
 * complemented.
 * @param withLength Whether the pseudo header has its length, as on Linux, or 0 there, as on Windows,
 * where the card adds the length of each segment.
 */
export function fillPartialTcpChecksum(layout: SegmentLayout, withLength = true): void {
  const sum = tcpPseudoHeader(layout, withLength);
  put16(layout.bytes, layout.tcp + tcp.OFFSET.checksum, sum);
}

/** Act: the UDP checksum of a tunnel in UDP, over all that stands behind the outer IP header now. */
export function fillUdpChecksum(layout: SegmentLayout): void {
  const { bytes, opaque } = layout, at = opaque + ADJUSTED.udp_checksum.offset;
  put16(bytes, at, 0);
  put16(bytes, at, udp.transmitted(complement(udpSum(layout))));
}

/** Act: the GRE checksum where the format has it adjusted, over all from the GRE header on. */
export function fillGreChecksum(layout: SegmentLayout): void {
  if (!adjusts(layout, "gre_checksum")) return;
  const { bytes, opaque } = layout, at = opaque + ADJUSTED.gre_checksum.offset;
  put16(bytes, at, 0);
  put16(bytes, at, complement(greSum(layout)));
}

/** What stands in the TCP checksum. */
export function tcpChecksumState(layout: SegmentLayout): ChecksumState {
  const { bytes, view, tcp: at, end } = layout, pseudo = tcpPseudoHeader(layout);
  if (complement(addSums(pseudo, sumOctets(bytes, view, at, end))) === 0) return "right";
  const value = get16(bytes, at + tcp.OFFSET.checksum);
  if (value === pseudo) return "partial";
  return value === tcpPseudoHeader(layout, false) ? "partial_without_length" : "wrong";
}

/** Whether the checksum of an IP header, `outer` or `inner`, is right; IPv6 has none. */
export function isIpChecksumRight({ bytes, view }: SegmentLayout, header: number): boolean {
  if (bytes[header] >> 4 !== 4) return true;
  return complement(sumOctets(bytes, view, header, header + ((bytes[header] & 15) << 2))) === 0;
}

/** Whether the UDP checksum of a tunnel in UDP is right, or zero: not sent. */
export function isUdpChecksumRight(layout: SegmentLayout): boolean {
  const value = get16(layout.bytes, layout.opaque + ADJUSTED.udp_checksum.offset);
  return value === 0 || complement(udpSum(layout)) === 0;
}

/** Whether the checksum of a tunnel in GRE is right; its C bit must be set. */
export function isGreChecksumRight(layout: SegmentLayout): boolean {
  return complement(greSum(layout)) === 0;
}

function adjusts({ format }: SegmentLayout, what: OpaqueAdjustment): boolean {
  return format !== undefined && format.adjusts.includes(what);
}

function tcpPseudoHeader(layout: SegmentLayout, withLength = true): number {
  const length = withLength ? layout.end - layout.tcp : 0;
  return sumPseudoHeader(addressSum(layout, layout.inner), IP_PROTOCOL.TCP, length);
}

function udpSum(layout: SegmentLayout): number {
  const { bytes, view, outer, opaque, end } = layout;
  const sum = sumOctets(bytes, view, opaque, end);
  return addSums(sum, sumPseudoHeader(addressSum(layout, outer), IP_PROTOCOL.UDP, end - opaque));
}

function greSum({ bytes, view, opaque, end }: SegmentLayout): number {
  return sumOctets(bytes, view, opaque, end);
}

function addressSum({ bytes, view }: SegmentLayout, header: number): number {
  const sum = bytes[header] >> 4 === 4 ? sumAddresses4 : sumAddresses6;
  return sum(bytes, view, header);
}

function fillIpLength({ bytes, end }: SegmentLayout, header: number): void {
  const length = end - header;
  if (bytes[header] >> 4 === 4) put16(bytes, header + ipv4.OFFSET.totalLength, length);
  else put16(bytes, header + ipv6.OFFSET.payloadLength, length - ipv6.LENGTH);
}

function fillIpChecksum({ bytes, view }: SegmentLayout, header: number): void {
  if (bytes[header] >> 4 !== 4) return;
  const at = header + ipv4.OFFSET.checksum, end = header + ((bytes[header] & 15) << 2);
  put16(bytes, at, 0);
  put16(bytes, at, complement(sumOctets(bytes, view, header, end)));
}
