/**
 * What is readable of the Encapsulating Security Payload without keys.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |               Security Parameters Index (SPI)                 |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      Sequence Number                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Behind it come an initialisation vector, ciphertext and an integrity check value, whose lengths
 * only the security association knows. In UDP an SPI of zero, the "non-ESP marker", announces IKE,
 * and a single octet of FF keeps a NAT mapping alive.
 *
 * Source: RFC 4303 §2; RFC 3948 §2.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get32, put32 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 8;
/** Octets of the non-ESP marker. */
export const MARKER_LENGTH = 4;
/** The one octet of a NAT keepalive. */
export const KEEPALIVE = 0xff;

/** An ESP header. */
export interface Esp {
  /** Security parameters index. */
  spi: number;
  /** Sequence number: of an extended one the lower half. */
  sequence: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Esp> {
  if (end - start < LENGTH) return cutShort("ESP header", start, end, LENGTH);
  return decoded({ spi: get32(bytes, start), sequence: get32(bytes, start + 4) }, start + LENGTH);
}

/** The octets of the header. */
export function encode({ spi, sequence }: Esp): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  put32(bytes, 0, spi);
  put32(bytes, 4, sequence);
  return bytes;
}
