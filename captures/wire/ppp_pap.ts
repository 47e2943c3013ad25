/**
 * The Password Authentication Protocol: what stands in the data of its packets.
 *
 * ```
 * Authenticate-Request (1)          Peer-ID Length (8) | Peer-ID | Passwd-Length (8) | Password
 * Authenticate-Ack (2), -Nak (3)    Msg-Length (8) | Message
 * ```
 *
 * Source: RFC 1334 §2.2.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";

/** Codes of PAP. */
export const PapCode = { request: 1, ack: 2, nak: 3 } as const;

/** Who asks to be let in. */
export interface PapRequest {
  peerId: Uint8Array;
  password: Uint8Array;
}

/** Decodes the data of an Authenticate-Request. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<PapRequest> {
  const what = "PAP request";
  if (end - start < 2) return cutShort(what, start, end, 2);
  const name = start + 1 + bytes[start];
  if (end < name + 1) return cutShort(what, start, end, name + 1 - start);
  const stop = name + 1 + bytes[name];
  if (end < stop) return cutShort(what, start, end, stop - start);
  return decoded({
    peerId: bytes.slice(start + 1, name),
    password: bytes.slice(name + 1, stop),
  }, stop);
}

/** The octets of an Authenticate-Request's data; each string must be at most 255 octets. */
export function encode({ peerId, password }: PapRequest): Uint8Array {
  return Uint8Array.of(peerId.length, ...peerId, password.length, ...password);
}
