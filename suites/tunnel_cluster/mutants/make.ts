/** How mutants of this suite are made, and what several of them do to packets. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { Mutant } from "../../kit/mutant.ts";
import type { Role } from "../checks/view.ts";
import type { TunnelClusterId } from "../requirements.ts";

/** A mutant of this suite. */
export type ClusterMutant = Mutant<TunnelClusterId, TunnelClusterOverrides>;

/** Message types by name. */
export const { SCCRQ, SCCRP, SCCCN, HELLO, ICRQ, ICRP } = MessageType;
/** Offsets of header fields of a control message, in octets. */
export const NR = 10, TUNNEL_ID = 4;

/** Whether a packet is data. */
export const isData = ({ packet }: Transmission) => packet.length > 1 && (packet[0] & 0x80) === 0;
/** Whether a packet is a control message of one of these types. */
export const is = (...types: number[]) => ({ packet }: Transmission) =>
  types.includes(messageTypeOf(packet));

/** A device with one choice replaced; alsoViolates are what cannot help breaking with it. */
export function mutant(
  role: Role,
  name: string,
  title: string,
  violates: TunnelClusterId,
  rules: TunnelClusterOverrides,
  alsoViolates: readonly TunnelClusterId[] = [],
): ClusterMutant {
  return { id: `tunnel_cluster/${role}/${name}`, title, violates, alsoViolates, role, rules };
}

/** Changes some of what leaves. */
export function leaving(
  test: (t: Transmission) => boolean,
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
export const to = (address: string) => (t: Transmission) => ({ ...t, to: { address, port: 1701 } });
/** Sends by another port. */
export const by = (port: string) => (t: Transmission) => ({ ...t, port });
/** Puts another number of 16 bits at an offset. */
export const patched = (at: number, value: number) => (t: Transmission) => ({
  ...t,
  packet: with16(t.packet, at, value),
});

/** What cannot be kept either by a master that sends requests elsewhere, or not at all. */
export const CHOICES: readonly TunnelClusterId[] = [
  ...["TCL-053", "TCL-055", "TCL-056", "TCL-057", "TCL-058", "TCL-059", "TCL-060"] as const,
  ...["TCL-061", "TCL-062", "TCL-063", "TCL-064", "TCL-065", "TCL-080"] as const,
];
