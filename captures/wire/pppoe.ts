/**
 * PPP over Ethernet: discovery (EtherType 8863) and session (8864).
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  VER  | TYPE  |      CODE     |          SESSION_ID           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            LENGTH             |           payload             ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          TAG_TYPE             |        TAG_LENGTH             |  discovery: tags
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          TAG_VALUE ...                                        ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 2516 §4 and §5.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Octets of the header. */
export const LENGTH = 6;
/** Octets of a tag without its value. */
export const TAG_LENGTH = 4;

/** Values of the CODE field. */
export const PppoeCode = {
  session: 0,
  pado: 0x07,
  padi: 0x09,
  padr: 0x19,
  pads: 0x65,
  padt: 0xa7,
} as const;

/** A PPPoE header. */
export interface Pppoe {
  /** Four bits: 1. */
  version: number;
  /** Four bits: 1. */
  type: number;
  code: number;
  sessionId: number;
  /** Octets of the payload. */
  length: number;
}

/** Decodes the header at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Pppoe> {
  if (end - start < LENGTH) return cutShort("PPPoE header", start, end, LENGTH);
  return decoded({
    version: bytes[start] >> 4,
    type: bytes[start] & 15,
    code: bytes[start + 1],
    sessionId: get16(bytes, start + 2),
    length: get16(bytes, start + 4),
  }, start + LENGTH);
}

/** The octets of the header. */
export function encode(record: Pppoe): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  bytes[0] = record.version << 4 | record.type & 15;
  bytes[1] = record.code;
  put16(bytes, 2, record.sessionId);
  put16(bytes, 4, record.length);
  return bytes;
}

/** A tag of discovery; `start` and `end` are octet offsets into the array that it was read from. */
export interface PppoeTag {
  type: number;
  start: number;
  end: number;
  value: Uint8Array;
}

/** Tags in order, and why reading stopped before the end, if it did. */
export interface PppoeTags {
  tags: PppoeTag[];
  problem?: string;
}

/** Reads the tags that fill `bytes[start..end)`; an end-of-list tag ends them. */
export function readTags(bytes: Uint8Array, start: number, end: number): PppoeTags {
  const tags: PppoeTag[] = [];
  for (let at = start; at < end;) {
    if (end - at < TAG_LENGTH) return { tags, problem: `tag cut short: ${end - at} of 4 octets` };
    const type = get16(bytes, at), stop = at + TAG_LENGTH + get16(bytes, at + 2);
    if (stop > end) return { tags, problem: `tag 0x${type.toString(16)} has an impossible length` };
    tags.push({ type, start: at, end: stop, value: bytes.subarray(at + TAG_LENGTH, stop) });
    if (type === 0) break;
    at = stop;
  }
  return { tags };
}
