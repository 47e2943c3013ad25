/** Fields of an IP header of either version, read in place; `at` is its first octet. */
import { get16, get32 } from "../../captures/wire/octets.ts";

/** Time to Live, or Hop Limit. */
export function timeToLive(bytes: Uint8Array, at: number): number {
  return bytes[timeToLiveAt(bytes, at)];
}

/** Where Time to Live or Hop Limit stands. */
export function timeToLiveAt(bytes: Uint8Array, at: number): number {
  return at + (bytes[at] >> 4 === 4 ? 8 : 7);
}

/** Type of Service, or Traffic Class: DSCP and ECN. */
function trafficClass(bytes: Uint8Array, at: number): number {
  return bytes[at] >> 4 === 4 ? bytes[at + 1] : get16(bytes, at) >> 4 & 0xff;
}

/** Differentiated services codepoint. */
export function dscp(bytes: Uint8Array, at: number): number {
  return trafficClass(bytes, at) >> 2;
}

/** Explicit congestion notification. */
export function ecn(bytes: Uint8Array, at: number): number {
  return trafficClass(bytes, at) & 3;
}

/** DF; as good as set in IPv6, where no router fragments. */
export function dontFragment(bytes: Uint8Array, at: number): boolean {
  return bytes[at] >> 4 === 6 || (bytes[at + 6] & 0x40) !== 0;
}

/** Flow Label; 0 in IPv4. */
export function flowLabel(bytes: Uint8Array, at: number): number {
  return bytes[at] >> 4 === 4 ? 0 : get32(bytes, at) & 0xfffff;
}

/** Octets of IPv4 options; 0 in IPv6. */
export function optionOctets(bytes: Uint8Array, at: number): number {
  return bytes[at] >> 4 === 4 ? ((bytes[at] & 15) << 2) - 20 : 0;
}

/** Octets of IPv6 extension headers, up to `headerEnd`; 0 in IPv4. */
export function extensionOctets(bytes: Uint8Array, at: number, headerEnd: number): number {
  return bytes[at] >> 4 === 4 ? 0 : headerEnd - at - 40;
}

/** Whether the addresses of two headers are the same. */
export function sameAddresses(a: Uint8Array, at: number, b: Uint8Array, from: number): boolean {
  const version = a[at] >> 4;
  if (version !== b[from] >> 4) return false;
  const first = version === 4 ? 12 : 8, end = version === 4 ? 20 : 40;
  for (let i = first; i < end; i++) if (a[at + i] !== b[from + i]) return false;
  return true;
}
