/**
 * PPP frames as L2TP carries them: without flags, transparency octets and frame check sequence.
 *
 * ```
 * +----------------+----------------+-----------------------+--------------
 * |  Address 0xff  |  Control 0x03  |  Protocol (8 or 16)   | Information …
 * +----------------+----------------+-----------------------+--------------
 * ```
 *
 * Address and Control may be left out once ACFC is agreed on, the first octet of Protocol once PFC is:
 * the octets tell, as the last octet of a protocol is odd and every octet before it is even. So both
 * forms are read whatever was agreed on. Protocol 0x00ff, which would look like an address, cannot be
 * compressed.
 *
 * Source: RFC 1661 §2, RFC 1662 §3.1, RFC 2661 §5.3.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Numbers of the protocols that peers speak. */
export const PppProtocol = {
  ipv4: 0x0021,
  ipv6: 0x0057,
  ipcp: 0x8021,
  ipv6cp: 0x8057,
  lcp: 0xc021,
  pap: 0xc023,
  chap: 0xc223,
} as const;

/** The header of a PPP frame. */
export interface Ppp {
  /** Address and Control are there. */
  framed: boolean;
  /** Protocol takes one octet; possible for odd numbers below 255. */
  compressed: boolean;
  protocol: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ppp> {
  const framed = end - start >= 2 && bytes[start] === 0xff && bytes[start + 1] === 0x03;
  const at = framed ? start + 2 : start;
  const whole = at - start + 2;
  if (at >= end) return cutShort("PPP header", start, end, whole);
  // A lone 0xff may be an address whose control is missing; it is no protocol in any case.
  const lone = !framed && end - at === 1 && bytes[at] === 0xff;
  const compressed = (bytes[at] & 1) === 1 && !lone;
  if (compressed) return decoded({ framed, compressed, protocol: bytes[at] }, at + 1);
  if (end - at < 2) return cutShort("PPP header", start, end, lone ? 4 : whole);
  return decoded({ framed, compressed, protocol: get16(bytes, at) }, at + 2);
}

/** The octets of the header. */
export function encode({ framed, compressed, protocol }: Ppp): Uint8Array {
  const at = framed ? 2 : 0;
  const bytes = new Uint8Array(at + (compressed ? 1 : 2));
  if (framed) bytes.set([0xff, 0x03]);
  if (compressed) bytes[at] = protocol;
  else put16(bytes, at, protocol);
  return bytes;
}
