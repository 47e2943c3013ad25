/**
 * Virtual eXtensible Local Area Network, between UDP and an Ethernet frame.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |R|R|R|R|I|R|R|R|                  Reserved                     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          VXLAN Network Identifier (VNI)       |   Reserved    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 7348 §5.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get32, put32 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 8;

/** I, a bit of the flags: the VNI is valid; set in every legal header. */
export const VNI_VALID = 0x08;

/** A VXLAN header. */
export interface Vxlan {
  /** The first octet: see `VNI_VALID`. */
  flags: number;
  /** 24 bits that are zero, unless an extension gives them a meaning. */
  reserved1: number;
  /** VXLAN network identifier, 24 bits. */
  vni: number;
  /** The last octet, zero. */
  reserved2: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Vxlan> {
  if (end - start < LENGTH) return cutShort("VXLAN header", start, end, LENGTH);
  const first = get32(bytes, start), second = get32(bytes, start + 4);
  return decoded({
    flags: first >>> 24,
    reserved1: first & 0xffffff,
    vni: second >>> 8,
    reserved2: second & 0xff,
  }, start + LENGTH);
}

/** The octets of the header. */
export function encode({ flags, reserved1, vni, reserved2 }: Vxlan): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  put32(bytes, 0, flags << 24 | reserved1 & 0xffffff);
  put32(bytes, 4, vni << 8 | reserved2 & 0xff);
  return bytes;
}
