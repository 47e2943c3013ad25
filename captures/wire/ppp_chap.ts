/**
 * The Challenge Handshake Authentication Protocol: what stands in the data of its packets.
 *
 * ```
 * Challenge (1), Response (2)    Value-Size (8) | Value | Name
 * Success (3), Failure (4)       Message
 * ```
 *
 * Source: RFC 1994 §4.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";

/** Codes of CHAP. */
export const ChapCode = { challenge: 1, response: 2, success: 3, failure: 4 } as const;

/** A challenge or a response. */
export interface ChapValue {
  value: Uint8Array;
  /** Who sent it; it fills the rest of the packet. */
  name: Uint8Array;
}

/** Decodes the data of a Challenge or Response, which reaches to `end`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<ChapValue> {
  if (end - start < 1) return cutShort("CHAP value", start, end, 1);
  const stop = start + 1 + bytes[start];
  if (end < stop) return cutShort("CHAP value", start, end, stop - start);
  return decoded({ value: bytes.slice(start + 1, stop), name: bytes.slice(stop, end) }, end);
}

/** The octets of a Challenge's or Response's data; the value must be at most 255 octets. */
export function encode({ value, name }: ChapValue): Uint8Array {
  return Uint8Array.of(value.length, ...value, ...name);
}
