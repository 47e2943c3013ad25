/** What the devices of a cluster need to know of a packet of L2TP: no more than its first octets. */
import { get16 } from "../../captures/wire/octets.ts";

/** Message types that a cluster looks for. */
export const L2tpMessage = { sccrq: 1, sccrp: 2, stopCcn: 4 } as const;

/** Header of a control message: flags, length, Tunnel ID, Session ID, Ns, Nr. */
const HEADER = 12;
const MESSAGE_TYPE_AVP = 8;
const HOST_NAME = 7, ASSIGNED_TUNNEL_ID = 9;
/** T, L and S set, O clear, version 2; priority and reserved bits do not matter. */
const CONTROL_MASK = 0xca0f, CONTROL = 0xc802;

/**
 * The message type of a control message at `start`, 0 for a zero-length body, -1 for what is no
 * control message of version 2. Never reads at or beyond `end`.
 * @param whole False where the rest of the message is in other fragments.
 */
export function messageTypeOf(bytes: Uint8Array, start: number, end: number, whole = true): number {
  if (end - start < HEADER || (get16(bytes, start) & CONTROL_MASK) !== CONTROL) return -1;
  const stop = start + get16(bytes, start + 2);
  if (stop < start + HEADER || whole && stop > end) return -1;
  if (stop === start + HEADER) return 0;
  const at = start + HEADER;
  if (end - at < MESSAGE_TYPE_AVP || stop - at < MESSAGE_TYPE_AVP) return -1;
  const legal = (get16(bytes, at) & 0x43ff) === MESSAGE_TYPE_AVP && get16(bytes, at + 2) === 0 &&
    get16(bytes, at + 4) === 0;
  return legal ? get16(bytes, at + 6) : -1;
}

/** Tunnel ID in the header of a control message. */
export function tunnelIdOf(bytes: Uint8Array, start: number): number {
  return get16(bytes, start + 4);
}

/** The value of the Assigned Tunnel ID AVP, or -1 when there is none in clear before `end`. */
export function assignedTunnelId(bytes: Uint8Array, start: number, end: number): number {
  const value = valueOf(bytes, start, end, ASSIGNED_TUNNEL_ID);
  return value?.length === 2 ? get16(value, 0) : -1;
}

/** The value of the Host Name AVP, empty when there is none in clear before `end`. */
export function hostNameOf(bytes: Uint8Array, start: number, end: number): string {
  const value = valueOf(bytes, start, end, HOST_NAME);
  return value === undefined ? "" : new TextDecoder().decode(value);
}

/** The value of the first AVP of a type of RFC 2661 that is not hidden. */
function valueOf(bytes: Uint8Array, start: number, end: number, type: number) {
  const stop = Math.min(end, start + get16(bytes, start + 2));
  let at = start + HEADER;
  while (at + 6 <= stop) {
    const word = get16(bytes, at), length = word & 0x3ff;
    if (length < 6 || at + length > stop) return undefined;
    const found = (word & 0x4000) === 0 && get16(bytes, at + 2) === 0 &&
      get16(bytes, at + 4) === type;
    if (found) return bytes.subarray(at + 6, at + length);
    at += length;
  }
  return undefined;
}
