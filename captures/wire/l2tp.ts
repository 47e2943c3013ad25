/**
 * The header of L2TP version 2, which control and data messages share.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |T|L|x|x|S|x|O|P|x|x|x|x|  Ver  |           Length (L)          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Tunnel ID           |           Session ID          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |             Ns (S)            |             Nr (S)            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Offset Size (O)        |    Offset pad (O) …
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Every version is read by this layout, as the version is a value like any other: versions 1 (L2F)
 * and 3 (L2TPv3) have other layouts, and whoever judges must look at `version` first.
 *
 * Source: RFC 2661 §3.1.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

export { L2TP_PORT } from "./udp_port.ts";
/** The version in the header of L2TPv2. */
export const VERSION = 2;

/** Octets of a header without optional fields. */
export const MIN_LENGTH = 6;
/** Octets of a control message's header, which is also a whole ZLB (zero-length body) message. */
export const CONTROL_LENGTH = 12;

/** Bits of `flags`. */
export const L2tpFlag = {
  /** T: a control message. */
  type: 0x8000,
  /** L: Length is present. */
  length: 0x4000,
  /** S: Ns and Nr are present. */
  sequence: 0x0800,
  /** O: Offset Size is present. */
  offset: 0x0200,
  /** P: the data message is to be preferred. */
  priority: 0x0100,
} as const;

/** The bits that RFC 2661 reserves. */
export const RESERVED_FLAGS = 0x34f0;
/** What every control message has: T, L and S. */
export const CONTROL_FLAGS = 0xc800;

/** An L2TP header, any bits. An optional field is present exactly when `flags` announces it. */
export interface L2tp {
  /** The first 12 bits, in the upper bits of 16: see `L2tpFlag`. */
  flags: number;
  /** Four bits: 2, or 1 for L2F and 3 for L2TPv3. */
  version: number;
  /** Octets of the whole message, header included. */
  length?: number;
  tunnelId: number;
  sessionId: number;
  ns?: number;
  nr?: number;
  /** Offset Size octets, whose content is undefined. */
  offsetPad?: Uint8Array;
}

/** Octets of a header with these flags, without any offset pad. */
export function lengthOf(flags: number): number {
  return MIN_LENGTH + ((flags & L2tpFlag.length) !== 0 ? 2 : 0) +
    ((flags & L2tpFlag.sequence) !== 0 ? 4 : 0) + ((flags & L2tpFlag.offset) !== 0 ? 2 : 0);
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<L2tp> {
  if (end - start < 2) return cutShort("L2TP header", start, end, MIN_LENGTH);
  const word = get16(bytes, start);
  const flags = word & 0xfff0;
  const length = lengthOf(flags);
  if (end - start < length) return cutShort("L2TP header", start, end, length);
  let at = start + 2;
  const next = () => get16(bytes, (at += 2) - 2);
  const record: L2tp = { flags, version: word & 15, tunnelId: 0, sessionId: 0 };
  if ((flags & L2tpFlag.length) !== 0) record.length = next();
  record.tunnelId = next();
  record.sessionId = next();
  if ((flags & L2tpFlag.sequence) !== 0) {
    record.ns = next();
    record.nr = next();
  }
  if ((flags & L2tpFlag.offset) !== 0) {
    const size = next();
    if (end - at < size) return cutShort("L2TP offset pad", start, end, length + size);
    record.offsetPad = bytes.slice(at, at + size);
    at += size;
  }
  return decoded(record, at);
}

/** Octets of the offset pad that the header announces. */
function padOf({ flags, offsetPad }: L2tp): number {
  return (flags & L2tpFlag.offset) !== 0 ? offsetPad?.length ?? 0 : 0;
}

/**
 * The octets of the header, with room for `payload` octets behind it; an announced field that the
 * record lacks is zero.
 */
export function encode(record: L2tp, payload = 0): Uint8Array {
  const { flags } = record;
  const pad = padOf(record);
  const bytes = new Uint8Array(lengthOf(flags) + pad + payload);
  let at = 0;
  const put = (value: number) => put16(bytes, (at += 2) - 2, value);
  put((flags & 0xfff0) | (record.version & 15));
  if ((flags & L2tpFlag.length) !== 0) put(record.length ?? 0);
  put(record.tunnelId);
  put(record.sessionId);
  if ((flags & L2tpFlag.sequence) !== 0) {
    put(record.ns ?? 0);
    put(record.nr ?? 0);
  }
  if ((flags & L2tpFlag.offset) !== 0) {
    put(pad);
    if (pad > 0) bytes.set(record.offsetPad!, at);
  }
  return bytes;
}

/** The record with the Length of a message with `payload` octets behind the header, and with L. */
export function withLength(record: L2tp, payload: number): L2tp {
  const flags = record.flags | L2tpFlag.length;
  return { ...record, flags, length: lengthOf(flags) + padOf(record) + payload };
}
