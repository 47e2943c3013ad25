/**
 * The header of an Internet Key Exchange message, versions 1 and 2.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       IKE SA Initiator's SPI                  |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       IKE SA Responder's SPI                  |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next Payload | MjVer | MnVer | Exchange Type |     Flags     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Message ID                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                            Length                             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 7296 §3.1; RFC 2408 §3.1.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get32, get64, put32, put64 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 28;

/** Bits of the flags of version 2. */
export const IkeFlag = { initiator: 0x08, version: 0x10, response: 0x20 } as const;

/** An IKE header. */
export interface Ike {
  /** SPI (in version 1 cookie) of the initiator. */
  initiatorSpi: bigint;
  responderSpi: bigint;
  /** Type of the first payload. */
  nextPayload: number;
  majorVersion: number;
  minorVersion: number;
  exchangeType: number;
  flags: number;
  messageId: number;
  /** Octets of header and payloads. */
  length: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Ike> {
  if (end - start < LENGTH) return cutShort("IKE header", start, end, LENGTH);
  return decoded({
    initiatorSpi: get64(bytes, start),
    responderSpi: get64(bytes, start + 8),
    nextPayload: bytes[start + 16],
    majorVersion: bytes[start + 17] >> 4,
    minorVersion: bytes[start + 17] & 15,
    exchangeType: bytes[start + 18],
    flags: bytes[start + 19],
    messageId: get32(bytes, start + 20),
    length: get32(bytes, start + 24),
  }, start + LENGTH);
}

/** The octets of the header. */
export function encode(record: Ike): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  put64(bytes, 0, record.initiatorSpi);
  put64(bytes, 8, record.responderSpi);
  bytes[16] = record.nextPayload;
  bytes[17] = record.majorVersion << 4 | record.minorVersion & 15;
  bytes[18] = record.exchangeType;
  bytes[19] = record.flags;
  put32(bytes, 20, record.messageId);
  put32(bytes, 24, record.length);
  return bytes;
}
