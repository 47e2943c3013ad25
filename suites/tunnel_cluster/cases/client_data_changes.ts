/** What mutants do to clients' datagrams. */
import { ipDatagram } from "../../../captures/wire/build.ts";
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { with16 } from "../../../peers/testing/l2tp_packets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { CLIENTS } from "../data_path_topologies.ts";
import { carriesData } from "../packet_changes.ts";

/** Whether a packet is data with a datagram of IPv4 within. */
export function holdsDatagram(t: Transmission): boolean {
  if (!carriesData(t)) return false;
  const { end } = l2tp.decode(t.packet);
  return ppp.decode(t.packet, end).record?.protocol === ppp.PppProtocol.ipv4;
}

/** Offset of the Tunnel ID of a data message. */
const tunnelIdAt = (packet: Uint8Array) => (packet[0] & 0x40) !== 0 ? 4 : 2;

/** Puts all datagrams into the first session that carried one, each device its own. */
export function intoOneSession(): TunnelClusterOverrides {
  const firsts = new WeakMap<object, Transmission>();
  return {
    wire: {
      egress(t) {
        if (!holdsDatagram(t)) return [t];
        const first = firsts.get(this) ?? t;
        firsts.set(this, first);
        const from = tunnelIdAt(first.packet), at = tunnelIdAt(t.packet);
        const packet = with16(t.packet, at, get16(first.packet, from));
        return [{ ...first, packet: with16(packet, at + 2, get16(first.packet, from + 2)) }];
      },
    },
  };
}

/** Puts the datagrams of the first two sessions that carry some into one another, in each device. */
export function exchangesSessions(): TunnelClusterOverrides {
  const known = new WeakMap<object, Map<string, Transmission>>();
  return {
    wire: {
      egress(t) {
        if (!holdsDatagram(t)) return [t];
        const sessions = known.get(this) ?? new Map<string, Transmission>();
        known.set(this, sessions);
        const at = tunnelIdAt(t.packet), key = t.packet.subarray(at, at + 4).toHex();
        if (sessions.size < 2) sessions.set(key, t);
        const other = [...sessions].find(([name]) => name !== key)?.[1];
        if (other === undefined || !sessions.has(key)) return [t];
        const from = tunnelIdAt(other.packet);
        const packet = with16(t.packet, at, get16(other.packet, from));
        return [{ ...other, packet: with16(packet, at + 2, get16(other.packet, from + 2)) }];
      },
    },
  };
}

/** The same datagram for another destination; itself for its own. */
export function readdressed(datagram: Uint8Array, destination: string): Uint8Array {
  if (formatIpv4(datagram, 16) === destination) return datagram;
  const header = (datagram[0] & 15) * 4;
  return ipDatagram({
    ...{ source: formatIpv4(datagram, 12), destination, protocol: datagram[9] },
    payload: datagram.slice(header),
  });
}

/** The clients that share an initiator with the destination of a datagram. */
export function neighbours(datagram: Uint8Array): string[] {
  const own = CLIENTS.find(({ address }) => address === formatIpv4(datagram, 16));
  return CLIENTS.filter(({ initiator }) => initiator === own?.initiator).map((c) => c.address);
}
