/**
 * ICMP for IPv6: the eight octets that every message begins with.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Rest, by type: an echo has identifier and sequence     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 4443 §2.1; types of RFC 4861 §4.
 */
import { addSums, complement, sumOctets, sumPseudoHeader } from "./checksum.ts";
import type { Decoded } from "./decoded.ts";
import { decode as decodeIcmp, encode, type Icmp, LENGTH } from "./icmp.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import { viewOf } from "./octets.ts";

export { encode, encodeInto, LENGTH, OFFSET } from "./icmp.ts";

/** Message types. */
export const Icmpv6Type = {
  destinationUnreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
} as const;

/** The beginning of an ICMPv6 message: the fields are those of ICMP. */
export type Icmpv6 = Icmp;

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Icmpv6> {
  return decodeIcmp(bytes, start, end, "ICMPv6 header");
}

/**
 * The record with the checksum over the pseudo header, itself and the octets that follow it.
 * @param addressSum Partial sum of the IPv6 addresses, as `sumAddresses6` gives it.
 */
export function withChecksum(record: Icmpv6, payload: Uint8Array, addressSum: number): Icmpv6 {
  const header = encode({ ...record, checksum: 0 });
  const sum = addSums(
    sumOctets(header, viewOf(header), 0, LENGTH),
    sumOctets(payload, viewOf(payload), 0, payload.length),
  );
  const pseudo = sumPseudoHeader(addressSum, IP_PROTOCOL.ICMPV6, LENGTH + payload.length);
  return { ...record, checksum: complement(addSums(sum, pseudo)) };
}
