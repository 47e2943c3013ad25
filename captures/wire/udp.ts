/**
 * The User Datagram Protocol.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source port          |       Destination port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            Length             |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 768.
 */
import { addSums, complement, sumOctets, sumPseudoHeader } from "./checksum.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import { get16, put16, viewOf } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6 } as const;

/** A UDP header. */
export interface Udp {
  sourcePort: number;
  destinationPort: number;
  /** Octets of header and payload. */
  length: number;
  /** 0 when the sender computed none. */
  checksum: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Udp> {
  if (end - start < LENGTH) return cutShort("UDP header", start, end, LENGTH);
  return decoded({
    sourcePort: get16(bytes, start + OFFSET.sourcePort),
    destinationPort: get16(bytes, start + OFFSET.destinationPort),
    length: get16(bytes, start + OFFSET.length),
    checksum: get16(bytes, start + OFFSET.checksum),
  }, start + LENGTH);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Udp, bytes: Uint8Array, at: number): number {
  put16(bytes, at + OFFSET.sourcePort, record.sourcePort);
  put16(bytes, at + OFFSET.destinationPort, record.destinationPort);
  put16(bytes, at + OFFSET.length, record.length);
  put16(bytes, at + OFFSET.checksum, record.checksum);
  return at + LENGTH;
}

/** The octets of the header. */
export function encode(record: Udp): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}

/** The record with the length of itself and of a payload of so many octets. */
export function withLength(record: Udp, payloadLength: number): Udp {
  return { ...record, length: LENGTH + payloadLength };
}

/**
 * The record with the checksum over the pseudo header, itself and the payload.
 * @param addressSum Partial sum of the addresses, as `sumAddresses4` and `sumAddresses6` give it.
 */
export function withChecksum(record: Udp, payload: Uint8Array, addressSum: number): Udp {
  const header = encode({ ...record, checksum: 0 });
  const sum = addSums(
    sumOctets(header, viewOf(header), 0, LENGTH),
    sumOctets(payload, viewOf(payload), 0, payload.length),
  );
  const pseudo = sumPseudoHeader(addressSum, IP_PROTOCOL.UDP, LENGTH + payload.length);
  return { ...record, checksum: transmitted(complement(addSums(sum, pseudo))) };
}

/** What stands in the header for a computed checksum, as zero would mean that there is none. */
export function transmitted(checksum: number): number {
  return checksum === 0 ? 0xffff : checksum;
}
