/**
 * Whole L2TP control messages: a header, and AVPs of which the first names the message.
 *
 * Source: RFC 2661 §3.2, §6.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import * as l2tp from "./l2tp.ts";
import * as avp from "./l2tp_avp.ts";

/** Values of the Message Type AVP. */
export const MessageType = {
  SCCRQ: 1,
  SCCRP: 2,
  SCCCN: 3,
  StopCCN: 4,
  HELLO: 6,
  OCRQ: 7,
  OCRP: 8,
  OCCN: 9,
  ICRQ: 10,
  ICRP: 11,
  ICCN: 12,
  CDN: 14,
  WEN: 15,
  SLI: 16,
} as const;

/** Name of a control message. */
export type MessageName = keyof typeof MessageType;

const NAMES = new Map(
  Object.entries(MessageType).map(([name, type]) => [type as number, name as MessageName]),
);

/** The name of a message type, or undefined for one that RFC 2661 does not define. */
export function messageName(type: number): MessageName | undefined {
  return NAMES.get(type);
}

/** A control message, any bits; without AVPs it is a ZLB acknowledgement. */
export interface L2tpMessage {
  header: l2tp.L2tp;
  avps: avp.Avp[];
}

/**
 * Decodes the control message that fills `bytes[start..end)`. The Length field is not looked at: cut
 * `end` to it first, where it is to be believed.
 */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<L2tpMessage> {
  const { record: header, end: at, problem } = l2tp.decode(bytes, start, end);
  if (header === undefined) return { end: at, problem };
  const avps: avp.Avp[] = [];
  for (let next = at; next < end;) {
    const one = avp.decode(bytes, next, end);
    if (one.record === undefined) {
      const whole = next - start + avp.AVP_LENGTH;
      return cutShort(
        "L2TP message",
        start,
        end,
        Math.max(whole, neededFor(bytes, next, start, end)),
      );
    }
    avps.push(one.record);
    next = one.end;
  }
  return decoded({ header, avps }, end);
}

/** Octets that a message has up to the end of the AVP at `at`, as far as its length can be read. */
function neededFor(bytes: Uint8Array, at: number, start: number, end: number): number {
  const length = end - at < 2 ? 0 : ((bytes[at] & 3) << 8) | bytes[at + 1];
  return at - start + length;
}

/** The octets of the message. */
export function encode(record: L2tpMessage): Uint8Array {
  const header = l2tp.encode(record.header);
  const size = record.avps.reduce((sum, { value }) => sum + avp.AVP_LENGTH + value.length, 0);
  const bytes = new Uint8Array(header.length + size);
  bytes.set(header);
  let at = header.length;
  for (const one of record.avps) at = avp.encodeInto(one, bytes, at);
  return bytes;
}

/** The message with its Length, and L set to announce it. */
export function withLength(record: L2tpMessage): L2tpMessage {
  const body = record.avps.reduce((sum, { value }) => sum + avp.AVP_LENGTH + value.length, 0);
  return { ...record, header: l2tp.withLength(record.header, body) };
}
