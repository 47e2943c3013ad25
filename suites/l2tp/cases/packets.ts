/** What mutants of control messages do to packets on their way out. */
import { type Avp, encode } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { avpsOf, messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { nameBits, TUNNELS } from "../../../peers/testing/l2tp_tester/names.ts";

const { SCCRQ, SCCRP, CDN, StopCCN } = MessageType;

/** Whether a packet asks for a tunnel, or grants one. */
export function opens(packet: Uint8Array): boolean {
  return [SCCRQ, SCCRP].some((type) => type === messageTypeOf(packet));
}

/** Whether a packet ends a tunnel or a call. */
export function ends(packet: Uint8Array): boolean {
  return [CDN, StopCCN].some((type) => type === messageTypeOf(packet));
}

/** Whether a control message carries an attribute. */
export function has(packet: Uint8Array, type: number): boolean {
  return avpsOf(packet).some((avp) => avp.type === type);
}

/** Whether a packet is a data message. */
export function isData(packet: Uint8Array): boolean {
  return packet.length > 1 && (packet[0] & 0x80) === 0;
}

/** Whether an identifier is the tester's of a name, at whatever seed: `base` is that of seed 1. */
export function isNamed(id: number, base: number): boolean {
  return nameBits(id) === nameBits(base);
}

/** Whether a packet of the tester opens the tunnel beside: the first of a scenario does. */
export function opensWitness(packet: Uint8Array): boolean {
  return opens(packet) &&
    avpsOf(packet).some(({ type, value }) =>
      type === 9 && value.length === 2 && isNamed(get16(value, 0), TUNNELS.witness)
    );
}

/** Loses what a test picks out of the packets that come in. */
export function loses(test: (packet: Uint8Array) => boolean): L2tpOverrides {
  return { wire: { ingress: (packet) => test(packet) ? undefined : packet } };
}

/** Sends every AVP changed, but for hidden ones. */
export function changesAvps(change: (avp: Avp) => Avp): L2tpOverrides {
  return { l2tp: { avps: (_, avps) => avps.map((avp) => avp.hidden ? avp : change(avp)) } };
}

/** Sends messages of a type with another number in the header. */
export function renumbers(type: number, at: number, value: number): L2tpOverrides {
  return {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === type ? [{ ...t, packet: with16(t.packet, at, value) }] : [t],
    },
  };
}

/** Sends the CDN of a session with its first two AVPs exchanged. */
export function typeSecond(transmission: Transmission, session: number): Transmission[] {
  const { packet } = transmission;
  if (messageTypeOf(packet) !== CDN || !isNamed(get16(packet, 6), session)) {
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
