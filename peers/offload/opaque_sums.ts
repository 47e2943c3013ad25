/** Lengths, checksums and sequence numbers within the opaque field, where its format has them adjusted. */
import { addSums, complement, sumOctets } from "../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { get16, put16 } from "../../captures/wire/octets.ts";
import { ADJUSTED, type OpaqueAdjustment, type OpaqueFormat } from "../../captures/wire/opaque.ts";
import { joinSums, pseudoHeaderSum, udpTransmitted } from "./sums.ts";

/** Whether a format has these octets adjusted. */
export function adjusts(format: OpaqueFormat | undefined, what: OpaqueAdjustment): boolean {
  return format !== undefined && format.adjusts.includes(what);
}

/** A datagram in a tunnel, the sum of its payload being known. */
export interface Tunnelled {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly outer: number;
  readonly opaque: number;
  readonly payload: number;
  readonly end: number;
}

/** Sum of all from the opaque field on. */
function sumBehindOuter({ bytes, view, opaque, payload }: Tunnelled, payloadSum: number): number {
  return joinSums(sumOctets(bytes, view, opaque, payload), payload - opaque, payloadSum);
}

/** The GRE checksum that the datagram should have (RFC 2784 §2.3). */
export function greChecksum(t: Tunnelled, payloadSum: number): number {
  put16(t.bytes, t.opaque + ADJUSTED.gre_checksum.offset, 0);
  return complement(sumBehindOuter(t, payloadSum));
}

/** The UDP checksum that the datagram should have, never 0. */
export function udpChecksum(t: Tunnelled, payloadSum: number): number {
  put16(t.bytes, t.opaque + ADJUSTED.udp_checksum.offset, 0);
  return udpTransmitted(complement(addSums(udpPseudo(t), sumBehindOuter(t, payloadSum))));
}

function udpPseudo({ bytes, view, outer, opaque, end }: Tunnelled): number {
  return pseudoHeaderSum(bytes, view, outer, IP_PROTOCOL.UDP, end - opaque);
}

/** Whether what the format has adjusted is right as it came. */
export function isOpaqueRight(
  t: Tunnelled,
  format: OpaqueFormat | undefined,
  payloadSum: number,
): boolean {
  if (format === undefined || format.adjusts.length === 0) return true;
  const { bytes, opaque, end } = t;
  if (adjusts(format, "udp_length")) {
    if (get16(bytes, opaque + ADJUSTED.udp_length.offset) !== end - opaque) return false;
  }
  if (adjusts(format, "gre_checksum") && complement(sumBehindOuter(t, payloadSum)) !== 0) {
    return false;
  }
  if (!adjusts(format, "udp_checksum")) return true;
  if (get16(bytes, opaque + ADJUSTED.udp_checksum.offset) === 0) return true;
  return complement(addSums(udpPseudo(t), sumBehindOuter(t, payloadSum))) === 0;
}
