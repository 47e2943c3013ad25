/**
 * The Transmission Control Protocol.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source port          |       Destination port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Sequence number                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Acknowledgment number                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Data |       |C|E|U|A|P|R|S|F|                               |
 * | offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
 * |       |       |R|E|G|K|H|T|N|N|                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Checksum            |         Urgent pointer        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            Options, (data offset - 5) words of 32 bits        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 9293 §3.1.
 */
import { addSums, complement, sumOctets, sumPseudoHeader } from "./checksum.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import { get16, get32, put16, put32, viewOf } from "./octets.ts";

/** Octets of a header without options. */
export const MIN_LENGTH = 20;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgentPointer: 18,
  options: 20,
} as const;

/** Control bits, as they stand in `flags`. */
export const TcpFlag = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

/** Option kinds. */
export const TcpOption = {
  end: 0,
  noOperation: 1,
  maximumSegmentSize: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
} as const;

/** A TCP header. */
export interface Tcp {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment: number;
  /** Words of 32 bits. Below 5 there are no options and the header is illegal. */
  dataOffset: number;
  /** The four reserved bits; the lowest is AE of accurate ECN. */
  reserved: number;
  /** Control bits, see `TcpFlag`. */
  flags: number;
  /** As it stands, not scaled. */
  window: number;
  checksum: number;
  urgentPointer: number;
  /** Options as they stand, padding included (see `options.ts`). */
  options: Uint8Array;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Tcp> {
  if (end - start < MIN_LENGTH) return cutShort("TCP header", start, end, MIN_LENGTH);
  const dataOffset = bytes[start + OFFSET.dataOffset] >> 4;
  const length = Math.max(MIN_LENGTH, dataOffset * 4);
  if (end - start < length) return cutShort("TCP options", start, end, length);
  return decoded({
    sourcePort: get16(bytes, start + OFFSET.sourcePort),
    destinationPort: get16(bytes, start + OFFSET.destinationPort),
    sequence: get32(bytes, start + OFFSET.sequence),
    acknowledgment: get32(bytes, start + OFFSET.acknowledgment),
    dataOffset,
    reserved: bytes[start + OFFSET.dataOffset] & 0x0f,
    flags: bytes[start + OFFSET.flags],
    window: get16(bytes, start + OFFSET.window),
    checksum: get16(bytes, start + OFFSET.checksum),
    urgentPointer: get16(bytes, start + OFFSET.urgentPointer),
    options: bytes.slice(start + OFFSET.options, start + length),
  }, start + length);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Tcp, bytes: Uint8Array, at: number): number {
  put16(bytes, at + OFFSET.sourcePort, record.sourcePort);
  put16(bytes, at + OFFSET.destinationPort, record.destinationPort);
  put32(bytes, at + OFFSET.sequence, record.sequence);
  put32(bytes, at + OFFSET.acknowledgment, record.acknowledgment);
  bytes[at + OFFSET.dataOffset] = (record.dataOffset << 4) | (record.reserved & 0x0f);
  bytes[at + OFFSET.flags] = record.flags;
  put16(bytes, at + OFFSET.window, record.window);
  put16(bytes, at + OFFSET.checksum, record.checksum);
  put16(bytes, at + OFFSET.urgentPointer, record.urgentPointer);
  bytes.set(record.options, at + OFFSET.options);
  return at + MIN_LENGTH + record.options.length;
}

/** The octets of the header. */
export function encode(record: Tcp): Uint8Array {
  const bytes = new Uint8Array(MIN_LENGTH + record.options.length);
  encodeInto(record, bytes, 0);
  return bytes;
}

/** The record with the data offset that its options lead to. */
export function withLength(record: Tcp): Tcp {
  return { ...record, dataOffset: (MIN_LENGTH + record.options.length) >> 2 };
}

/**
 * The record with the checksum over the pseudo header, itself and the payload.
 * @param addressSum Partial sum of the addresses, as `sumAddresses4` and `sumAddresses6` give it.
 */
export function withChecksum(record: Tcp, payload: Uint8Array, addressSum: number): Tcp {
  const header = encode({ ...record, checksum: 0 });
  const sum = addSums(
    sumOctets(header, viewOf(header), 0, header.length),
    sumOctets(payload, viewOf(payload), 0, payload.length),
  );
  const pseudo = sumPseudoHeader(addressSum, IP_PROTOCOL.TCP, header.length + payload.length);
  return { ...record, checksum: complement(addSums(sum, pseudo)) };
}
