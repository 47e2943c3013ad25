/**
 * Configuration options of the Link Control Protocol.
 *
 * ```
 * 1 Maximum-Receive-Unit (16)            5 Magic-Number (32)
 * 2 Async-Control-Character-Map (32)     7 Protocol-Field-Compression
 * 3 Authentication-Protocol (16, …)      8 Address-and-Control-Field-Compression
 * 4 Quality-Protocol (16, …)
 * ```
 *
 * Source: RFC 1661 §6, RFC 1662 §7.1.
 */
import { get16, get32, put32 } from "./octets.ts";
import type { PppOption } from "./ppp_control.ts";

/** Option types. */
export const LcpOption = {
  mru: 1,
  accm: 2,
  authentication: 3,
  quality: 4,
  magic: 5,
  pfc: 7,
  acfc: 8,
} as const;

/** The algorithm of CHAP that is MD5 (RFC 1994 §3). */
export const CHAP_MD5 = 5;

/** An option that holds a 16-bit number. */
export function option16(type: number, value: number): PppOption {
  return { type, data: Uint8Array.of(value >> 8, value) };
}

/** An option that holds a 32-bit number. */
export function option32(type: number, value: number): PppOption {
  const data = new Uint8Array(4);
  put32(data, 0, value);
  return { type, data };
}

/** The number that an option of 2 or 4 octets holds, or undefined for any other size. */
export function optionNumber({ data }: PppOption): number | undefined {
  if (data.length === 2) return get16(data, 0);
  return data.length === 4 ? get32(data, 0) : undefined;
}
