/**
 * Packets of the PPP control protocols (LCP, IPCP, IPv6CP, PAP, CHAP), and configuration options.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Code      |  Identifier   |            Length             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    Data: of the configure codes, options of
 * |    Type (8) | Length (8, of all three) | Data …
 * +-+-+-+-+-+-+-+-+-
 * ```
 *
 * Octets behind Length are padding and no part of the packet.
 *
 * Source: RFC 1661 §5 and §6, RFC 1334 §2, RFC 1994 §4.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Octets of a packet without data. */
export const CONTROL_LENGTH = 4;

/** Codes that LCP and the network control protocols share, and those of LCP alone. */
export const ControlCode = {
  configureRequest: 1,
  configureAck: 2,
  configureNak: 3,
  configureReject: 4,
  terminateRequest: 5,
  terminateAck: 6,
  codeReject: 7,
  protocolReject: 8,
  echoRequest: 9,
  echoReply: 10,
  discardRequest: 11,
} as const;

/** A control packet, any bits: a Length of less than 4 leaves no data. */
export interface PppControl {
  code: number;
  identifier: number;
  /** Octets of the packet, header included. */
  length: number;
  data: Uint8Array;
}

/** Decodes the packet at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<PppControl> {
  const what = "PPP control packet";
  if (end - start < CONTROL_LENGTH) return cutShort(what, start, end, CONTROL_LENGTH);
  const length = get16(bytes, start + 2);
  if (end - start < length) return cutShort(what, start, end, length);
  const stop = start + Math.max(CONTROL_LENGTH, length);
  return decoded({
    code: bytes[start],
    identifier: bytes[start + 1],
    length,
    data: bytes.slice(start + CONTROL_LENGTH, stop),
  }, stop);
}

/** The octets of the packet. */
export function encode({ code, identifier, length, data }: PppControl): Uint8Array {
  const bytes = new Uint8Array(CONTROL_LENGTH + data.length);
  bytes[0] = code;
  bytes[1] = identifier;
  put16(bytes, 2, length);
  bytes.set(data, CONTROL_LENGTH);
  return bytes;
}

/** The record with the Length of its data. */
export function withLength(record: PppControl): PppControl {
  return { ...record, length: CONTROL_LENGTH + record.data.length };
}

/** A configuration option; its length on the wire is two more than that of its data. */
export interface PppOption {
  type: number;
  data: Uint8Array;
}

/** Options in order, and why reading stopped before the end, if it did. */
export interface PppOptions {
  options: PppOption[];
  problem?: string;
}

/** Reads the options that fill `bytes[start..end)`. */
export function readOptions(bytes: Uint8Array, start = 0, end = bytes.length): PppOptions {
  const options: PppOption[] = [];
  for (let at = start; at < end;) {
    const length = at + 1 < end ? bytes[at + 1] : 0;
    if (length < 2 || at + length > end) {
      return { options, problem: `option ${bytes[at]} has an impossible length` };
    }
    options.push({ type: bytes[at], data: bytes.slice(at + 2, at + length) });
    at += length;
  }
  return { options };
}

/** The octets of options. @throws {RangeError} when an option's data exceeds 253 octets. */
export function writeOptions(options: readonly PppOption[]): Uint8Array {
  const size = options.reduce((sum, { data }) => sum + 2 + data.length, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { type, data } of options) {
    if (data.length > 253) {
      throw new RangeError(
        `Cannot write PPP option ${type} as its data must be at most 253 octets: got ${data.length}`,
      );
    }
    bytes[at] = type;
    bytes[at + 1] = 2 + data.length;
    bytes.set(data, at + 2);
    at += 2 + data.length;
  }
  return bytes;
}
