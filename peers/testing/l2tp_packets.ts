/** What packet mutators look at, and change, in packets of L2TP. */
import { type Avp, readAvps } from "../../captures/wire/l2tp_avp.ts";
import { get16, put16 } from "../../captures/wire/octets.ts";

/** The message type of a control message, 0 for a zero-length body, -1 for data and anything else. */
export function messageTypeOf(packet: Uint8Array): number {
  if (packet.length < 12 || (packet[0] & 0xc8) !== 0xc8) return -1;
  return packet.length < 20 ? 0 : get16(packet, 18);
}

/** The AVPs of a control message. */
export function avpsOf(packet: Uint8Array): Avp[] {
  return readAvps(packet, 12, packet.length).avps;
}

/** A copy of a packet with another 16-bit number at an offset. */
export function with16(packet: Uint8Array, at: number, value: number): Uint8Array {
  const copy = packet.slice();
  put16(copy, at, value);
  return copy;
}
