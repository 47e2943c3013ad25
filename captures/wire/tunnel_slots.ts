/**
 * What a stateless tunnel with slot ids has behind UDP, and in front of an IP datagram (D2-12).
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Network ID                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source Slot          |          Target Slot          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           Reserved                            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * A slot is where a virtual machine is plugged into its host; both slots are the flow id. With the 8
 * octets of UDP these 12 are the opaque field `udp_slots`.
 *
 * Source: seed 002 L84 (slot ids), L104 (20 octets of UDP and what follows).
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 12;

/** Offsets of the fields, in octets. */
export const OFFSET = { networkId: 0, sourceSlot: 4, targetSlot: 6, reserved: 8 } as const;

/** A header with slot ids. */
export interface TunnelSlots {
  /** 32 bits. */
  networkId: number;
  sourceSlot: number;
  targetSlot: number;
  /** 32 bits: 0. */
  reserved: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<TunnelSlots> {
  if (end - start < LENGTH) return cutShort("header of slots", start, end, LENGTH);
  return decoded({
    networkId: get32(bytes, start + OFFSET.networkId),
    sourceSlot: get16(bytes, start + OFFSET.sourceSlot),
    targetSlot: get16(bytes, start + OFFSET.targetSlot),
    reserved: get32(bytes, start + OFFSET.reserved),
  }, start + LENGTH);
}

/**
 * Whether these octets may be such a header: an IP header follows it. Any program may be given the port
 * of slots, and nothing else tells the header.
 */
export function isPlausible(bytes: Uint8Array, start: number, end: number): boolean {
  const at = start + LENGTH;
  if (at >= end) return false;
  const version = bytes[at] >> 4;
  return version === 6 || version === 4 && (bytes[at] & 15) >= 5;
}

/** The octets of the header. */
export function encode(record: TunnelSlots): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  put32(bytes, OFFSET.networkId, record.networkId);
  put16(bytes, OFFSET.sourceSlot, record.sourceSlot);
  put16(bytes, OFFSET.targetSlot, record.targetSlot);
  put32(bytes, OFFSET.reserved, record.reserved);
  return bytes;
}
