/** What a control message says, for judgements and in words. */
import type { FrameRef } from "../../../captures/frame.ts";
import { messageName } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { ControlMessage } from "../facts/wire.ts";

/** Picks messages out. */
export type Test = (message: ControlMessage) => boolean;

/** Attribute types that judgements look at. */
export const Attribute = {
  ...{ result: 1, assignedTunnel: 9, window: 10, challenge: 11, response: 13, assignedSession: 14 },
  randomVector: 36,
} as const;

/** The value of an attribute of RFC 2661 in clear. */
export function valueOf(message: ControlMessage, type: number): Uint8Array | undefined {
  return message.avps.find((a) => a.type === type && a.vendor === 0 && !a.hidden)?.value;
}

/** The value of an attribute of 16 bits; -1 when it is missing or of another length. */
export function number16(message: ControlMessage, type: number): number {
  const value = valueOf(message, type);
  return value?.length === 2 ? get16(value, 0) : -1;
}

/** Whether a message carries an AVP of this type and vendor. */
export const carries = (type: number, vendor = 0): Test => ({ avps }) =>
  avps.some((a) => a.type === type && a.vendor === vendor);

/** Whether the result, and the error where one is asked for, are these. */
export const result = (code: number, error?: number): Test => (message) => {
  const value = valueOf(message, Attribute.result);
  if (value === undefined || value.length < 2 || get16(value, 0) !== code) return false;
  return error === undefined || value.length >= 4 && get16(value, 2) === error;
};

/** A message in words, for reports. */
export function told(message: ControlMessage): string {
  const name = message.type === 0 ? "ZLB" : messageName(message.type) ?? `type ${message.type}`;
  const value = valueOf(message, Attribute.result);
  const code = value !== undefined && value.length >= 2 ? ` result ${get16(value, 0)}` : "";
  const error = value !== undefined && value.length >= 4 ? ` error ${get16(value, 2)}` : "";
  return `${name}${code}${error} (Ns ${message.ns}, Nr ${message.nr})`;
}

/** Whether Nr acknowledges Ns, modulo 65536. */
export function isAck(nr: number, ns: number): boolean {
  return ((nr - ns - 1) & 0xffff) < 0x8000;
}

/** Frames of the messages that there are. */
export function refs(...messages: ({ frame: FrameRef } | undefined)[]): FrameRef[] {
  return messages.flatMap((m) => m === undefined ? [] : [m.frame]);
}
