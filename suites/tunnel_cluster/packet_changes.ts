/** What several mutants of this suite do to packets that leave a device. */
import { checksum } from "../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../captures/wire/octets.ts";
import { MessageType } from "../../captures/wire/l2tp_message.ts";
import type { Transmission } from "../../peers/machine.ts";
import { messageTypeOf, with16 } from "../../peers/testing/l2tp_packets.ts";
import type { TunnelClusterOverrides } from "../../peers/tunnel_cluster/overrides.ts";
import type { TunnelClusterId } from "./vocabulary.ts";

/** Message types by name. */
export const { SCCRQ, SCCRP, SCCCN, HELLO, ICRQ, ICRP } = MessageType;
/** Offsets of header fields of a control message, in octets. */
export const NR = 10, TUNNEL_ID = 4;

type Chosen = (t: Transmission) => boolean;
type Change = (t: Transmission) => Transmission;

/** Whether a packet is data. */
export const carriesData: Chosen = ({ packet }) => packet.length > 1 && (packet[0] & 0x80) === 0;
/** Whether a packet is a control message of one of these types. */
export const is = (...types: number[]): Chosen => ({ packet }) =>
  types.includes(messageTypeOf(packet));

/** Changes some of what leaves, or loses it. */
export function leaving(
  test: Chosen,
  change: (t: Transmission) => Transmission | undefined,
): TunnelClusterOverrides {
  return {
    wire: {
      egress(t) {
        if (t.port === "cluster" || !test(t)) return [t];
        const changed = change(t);
        return changed === undefined ? [] : [changed];
      },
    },
  };
}

/** Sends to another address. */
export const to = (address: string): Change => (t) => ({ ...t, to: { address, port: 1701 } });
/** Sends by another port. */
export const by = (port: string): Change => (t) => ({ ...t, port });
/** Puts another number of 16 bits at an offset. */
export const patched = (at: number, value: number): Change => (t) => ({
  ...t,
  packet: with16(t.packet, at, value),
});

/** What cannot be kept either by a master that sends requests elsewhere, or not at all. */
export const CHOICES: readonly TunnelClusterId[] = [
  ...["TCL-053", "TCL-055", "TCL-056", "TCL-057", "TCL-058", "TCL-059", "TCL-060"] as const,
  ...["TCL-061", "TCL-062", "TCL-063", "TCL-064", "TCL-065", "TCL-080", "TCL-094"] as const,
];

/** Changes each datagram that a master sends, or adds to it; `before` has those that it sent before. */
export function sending(
  change: (datagram: Uint8Array, before: readonly string[]) => Uint8Array[],
): TunnelClusterOverrides {
  const sent = new WeakMap<object, string[]>();
  return {
    wire: {
      lanEgress(datagram) {
        const before = sent.get(this) ?? [];
        sent.set(this, [...before, datagram.toHex()]);
        return change(datagram, before);
      },
    },
  };
}

/** The datagram with a header checksum that is right. */
export function mended(datagram: Uint8Array): Uint8Array {
  datagram.set([0, 0], 10);
  put16(datagram, 10, checksum(datagram, viewOf(datagram), 0, 20));
  return datagram;
}
