/**
 * The headers of L2TP version 3, over IP (protocol 115) and over UDP.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |T|x|x|x|x|x|x|x|x|x|x|x|  Ver  |          Reserved             |  data over UDP only
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           Session ID                          |  data; over IP, 0 announces
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  a control message
 * :  Cookie of 0, 4 or 8 octets, perhaps a sublayer, and a frame  :
 *
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |T|L|x|x|S|x|x|x|x|x|x|x|  Ver  |             Length            |  control, over UDP, and over
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  IP behind a Session ID of 0
 * |                     Control Connection ID                     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |               Ns              |               Nr              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * The record is that of the carrier UDP; over IP a control message stands behind four zero octets,
 * and data begin with the Session ID. What the cookie is was agreed on by control messages.
 *
 * Source: RFC 3931 §3.2.1, §4.1.1 and §4.1.2.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** The version in the header. */
export const VERSION = 3;
/** Octets of a header of data, and of one of control. */
export const DATA_LENGTH = 8, CONTROL_LENGTH = 12;
/** T: a control message. */
export const TYPE = 0x8000;
/** What every control message has: T, L and S. */
export const CONTROL_FLAGS = 0xc800;

/** The header of a data message over UDP. */
export interface L2tpv3Data {
  /** The first 12 bits, in the upper bits of 16, without T. */
  flags: number;
  version: number;
  reserved: number;
  sessionId: number;
}

/** The header of a control message. */
export interface L2tpv3Control {
  /** The first 12 bits, in the upper bits of 16, with T. */
  flags: number;
  version: number;
  /** Octets of the message, from here on. */
  length: number;
  controlConnectionId: number;
  ns: number;
  nr: number;
}

/** Either header: T decides. */
export type L2tpv3 = L2tpv3Data | L2tpv3Control;

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<L2tpv3> {
  if (end - start < 2) return cutShort("L2TPv3 header", start, end, DATA_LENGTH);
  const word = get16(bytes, start), flags = word & 0xfff0, version = word & 15;
  const isControl = (flags & TYPE) !== 0;
  const length = isControl ? CONTROL_LENGTH : DATA_LENGTH;
  if (end - start < length) return cutShort("L2TPv3 header", start, end, length);
  const first = get16(bytes, start + 2), second = get32(bytes, start + 4);
  if (!isControl) {
    return decoded({ flags, version, reserved: first, sessionId: second }, start + length);
  }
  const [ns, nr] = [get16(bytes, start + 8), get16(bytes, start + 10)];
  const record = { flags, version, length: first, controlConnectionId: second, ns, nr };
  return decoded(record, start + length);
}

/** The octets of the header; T of the flags is set for a control message, and clear for data. */
export function encode(record: L2tpv3): Uint8Array {
  const isControl = "controlConnectionId" in record;
  const bytes = new Uint8Array(isControl ? CONTROL_LENGTH : DATA_LENGTH);
  const flags = isControl ? record.flags | TYPE : record.flags & ~TYPE;
  put16(bytes, 0, flags & 0xfff0 | record.version & 15);
  put16(bytes, 2, isControl ? record.length : record.reserved);
  put32(bytes, 4, isControl ? record.controlConnectionId : record.sessionId);
  if (isControl) {
    put16(bytes, 8, record.ns);
    put16(bytes, 10, record.nr);
  }
  return bytes;
}
