/**
 * Ethernet II and IEEE 802.3 frames, without preamble and frame check sequence.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       Destination address                     |
 * +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                               |                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
 * |                         Source address                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      EtherType or length      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: IEEE Std 802.3-2022, clause 3.
 */
import { formatMac, putMac } from "./address.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 14;

/** Offsets of the fields, in octets. */
export const OFFSET = { destination: 0, source: 6, type: 12 } as const;

/** An Ethernet header. */
export interface Ethernet {
  /** MAC address, `02:00:5e:10:00:01`. */
  destination: string;
  source: string;
  /** EtherType; up to 1500 the number of octets that follow instead. */
  type: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ethernet> {
  if (end - start < LENGTH) return cutShort("Ethernet header", start, end, LENGTH);
  return decoded({
    destination: formatMac(bytes, start + OFFSET.destination),
    source: formatMac(bytes, start + OFFSET.source),
    type: get16(bytes, start + OFFSET.type),
  }, start + LENGTH);
}

/** Writes the header at `at`; returns where it ends. */
export function encodeInto(record: Ethernet, bytes: Uint8Array, at: number): number {
  putMac(bytes, at + OFFSET.destination, record.destination);
  putMac(bytes, at + OFFSET.source, record.source);
  put16(bytes, at + OFFSET.type, record.type);
  return at + LENGTH;
}

/** The octets of the header. */
export function encode(record: Ethernet): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}
