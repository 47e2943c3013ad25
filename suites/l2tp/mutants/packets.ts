/** What mutants of control messages do to packets on their way out. */
import { type Avp, encode } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { avpsOf, messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";

/** Sends the CDN of a session with its first two AVPs exchanged. */
export function typeSecond(transmission: Transmission, session: number): Transmission[] {
  const { packet } = transmission;
  if (messageTypeOf(packet) !== MessageType.CDN || get16(packet, 6) !== session) {
    return [transmission];
  }
  const [first, second, ...rest] = avpsOf(packet);
  return [{ ...transmission, packet: withAvps(packet, [second, first, ...rest]) }];
}

/** A control message with other AVPs. */
export function withAvps(packet: Uint8Array, avps: readonly Avp[]): Uint8Array {
  const octets = avps.flatMap((avp) => [...encode(avp)]);
  const whole = Uint8Array.of(...packet.subarray(0, 12), ...octets);
  return with16(whole, 2, whole.length);
}

/** Sends a message of a type with Assigned Session ID 0 where a test picks it out. */
export function assignsZero(
  transmission: Transmission,
  type: "ICRQ" | "ICRP",
  test: (packet: Uint8Array) => boolean,
): Transmission[] {
  const { packet } = transmission;
  if (messageTypeOf(packet) !== MessageType[type] || !test(packet)) return [transmission];
  // The identifier is the first AVP behind the Message Type.
  return [{ ...transmission, packet: with16(packet, 26, 0) }];
}
