/** Fields of segments that are read from their octets alone, and what is to be said of their checksums. */
import type { Frame } from "../../../captures/frame.ts";
import type { SegmentView } from "../../../captures/view/segment.ts";
import {
  addSums,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "../../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import { ADJUSTED, type OpaqueFormat } from "../../../captures/wire/opaque.ts";
import { hashOf } from "./digest.ts";
import { Bit } from "./packet_columns.ts";

/** Time to Live or Hop Limit of the IP header at `at`. */
export function ttl(bytes: Uint8Array, at: number): number {
  return bytes[at] >> 4 === 4 ? bytes[at + 8] : bytes[at + 7];
}

/** TOS or Traffic Class. */
export function tos(bytes: Uint8Array, at: number): number {
  return bytes[at] >> 4 === 4 ? bytes[at + 1] : get16(bytes, at) >> 4 & 255;
}

/** Flow label of the IPv6 header at `at`, never 0. */
export function flowLabel(bytes: Uint8Array, at: number): number {
  return get32(bytes, at) & 0xfffff | 1 << 20;
}

/** Hash of IPv4 options, or of extension headers with the Next Header that announces them. */
export function extras(bytes: Uint8Array, at: number, next: number): number {
  const v6 = bytes[at] >> 4 === 6;
  return hashOf(bytes, at + (v6 ? 40 : 20), next, v6 ? bytes[at + 6] : 0) | 1;
}

/** Hash of an opaque field but for the octets that `mask` leaves out. */
export function opaqueHash(
  bytes: Uint8Array,
  start: number,
  end: number,
  mask: Uint8Array,
): number {
  let hash = end - start;
  for (let i = start; i < end; i++) {
    hash = Math.imul(hash ^ bytes[i] & mask[i - start], 0x01000193) ^ hash >>> 15;
  }
  return hash;
}

/** Whether an IPv4 header checksum is wrong. */
export function isSumWrong({ bytes, view, end }: Frame, at: number): boolean {
  if (bytes[at] >> 4 !== 4) return false;
  const next = at + ((bytes[at] & 15) << 2);
  return next > end || sumOctets(bytes, view, at, next) !== 0xffff;
}

function addressSum(bytes: Uint8Array, view: DataView, at: number): number {
  return bytes[at] >> 4 === 4 ? sumAddresses4(bytes, view, at) : sumAddresses6(bytes, view, at);
}

/** What is to be said of the TCP checksum. @param payloadSum Partial sum of the payload. */
export function tcpSumBits(
  { inner, tcp, payload, end }: SegmentView,
  bytes: Uint8Array,
  view: DataView,
  payloadSum: number,
): number {
  const addresses = addressSum(bytes, view, inner);
  const pseudo = sumPseudoHeader(addresses, IP_PROTOCOL.TCP, end - tcp);
  const sum = addSums(addSums(pseudo, sumOctets(bytes, view, tcp, payload)), payloadSum);
  if (sum === 0xffff) return 0;
  const stands = get16(bytes, tcp + 16);
  const isPartial = stands === pseudo ||
    stands === sumPseudoHeader(addresses, IP_PROTOCOL.TCP, 0);
  return isPartial ? Bit.partial : Bit.wrong;
}

/** What is to be said of the octets of an opaque field that its format has adjusted. */
export function adjustedBits(
  { adjusts }: OpaqueFormat,
  { outer, opaque, payload, end }: SegmentView,
  bytes: Uint8Array,
  view: DataView,
  payloadSum: number,
): number {
  const octets = end - opaque;
  let bits = 0;
  if (adjusts.includes("udp_length") && get16(bytes, opaque + 4) !== octets) bits |= Bit.udpLength;
  const isUdp = adjusts.includes("udp_checksum");
  if (!isUdp && !adjusts.includes("gre_checksum")) return bits;
  const stands = get16(bytes, opaque + ADJUSTED[isUdp ? "udp_checksum" : "gre_checksum"].offset);
  if (isUdp && stands === 0) return bits;
  const odd = (payload - opaque & 1) === 1;
  const rest = odd ? (payloadSum & 255) << 8 | payloadSum >>> 8 : payloadSum;
  const pseudo = isUdp
    ? sumPseudoHeader(addressSum(bytes, view, outer), IP_PROTOCOL.UDP, octets)
    : 0;
  const sum = addSums(addSums(pseudo, sumOctets(bytes, view, opaque, payload)), rest);
  if (sum === 0xffff) return bits;
  return bits | (isUdp && stands === pseudo ? Bit.opaquePartial : Bit.opaqueWrong);
}
