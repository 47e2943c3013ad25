/** Mutants of the data path: initiators and endpoints that mistreat clients' datagrams. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { ipDatagram, udpDatagram } from "../../../captures/wire/build.ts";
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { with16 } from "../../../peers/testing/l2tp_packets.ts";
import { CLIENTS } from "../data_path_topologies.ts";
import { by, type ClusterMutant, is, isData, leaving, mutant, SCCRP } from "./make.ts";

/** Whether a packet is data with a datagram of IPv4 within. */
function holdsDatagram(t: Transmission): boolean {
  if (!isData(t)) return false;
  const { end } = l2tp.decode(t.packet);
  return ppp.decode(t.packet, end).record?.protocol === ppp.PppProtocol.ipv4;
}

/** Offset of the Tunnel ID of a data message. */
const tunnelIdAt = (packet: Uint8Array) => (packet[0] & 0x40) !== 0 ? 4 : 2;

/** Puts all datagrams into the first session that carried one, each device its own. */
function intoOneSession(): TunnelClusterOverrides {
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

/** The same datagram for another destination; itself for its own. */
function readdressed(datagram: Uint8Array, destination: string): Uint8Array {
  if (formatIpv4(datagram, 16) === destination) return datagram;
  const header = (datagram[0] & 15) * 4;
  return ipDatagram({
    ...{ source: formatIpv4(datagram, 12), destination, protocol: datagram[9] },
    payload: datagram.slice(header),
  });
}

/** The clients that share an initiator with the destination of a datagram. */
function neighbours(datagram: Uint8Array): string[] {
  const own = CLIENTS.find(({ address }) => address === formatIpv4(datagram, 16));
  return CLIENTS.filter(({ initiator }) => initiator === own?.initiator).map((c) => c.address);
}

/** The mutants. */
export const DATA_PATH_MUTANTS: readonly ClusterMutant[] = [
  mutant(
    "initiator",
    "one_row",
    "Sends the data of all clients in one session",
    "TCL-045",
    intoOneSession(),
    ["TCL-048", "TCL-051"],
  ),
  mutant("initiator", "to_first_client", "Delivers everything to its first client", "TCL-047", {
    wire: {
      lanEgress: (datagram) => [readdressed(datagram, neighbours(datagram)[0] ?? "192.0.2.99")],
    },
  }, ["TCL-052"]),
  mutant("initiator", "to_all_clients", "Delivers a copy to each of its clients", "TCL-052", {
    wire: { lanEgress: (datagram) => neighbours(datagram).map((to) => readdressed(datagram, to)) },
  }),
  mutant(
    "initiator",
    "port_1701",
    "Sends data to port 1701, whatever port the SCCRP came from",
    "TCL-048",
    leaving(holdsDatagram, (t) => ({ ...t, to: { ...t.to!, port: l2tp.L2TP_PORT } })),
  ),
  mutant("endpoint", "keeps_l2tp", "Forwards datagrams within L2TP", "TCL-050", {
    wire: {
      lanEgress: (datagram) => [udpDatagram({
        ...{ source: formatIpv4(datagram, 12), destination: formatIpv4(datagram, 16) },
        ...{ sourcePort: l2tp.L2TP_PORT, destinationPort: l2tp.L2TP_PORT },
        payload: Uint8Array.of(0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0x21, ...datagram),
      })],
    },
  }),
  mutant(
    "endpoint",
    "into_one_session",
    "Sends the datagrams of all clients into one session",
    "TCL-052",
    intoOneSession(),
    ["TCL-050", "TCL-051"],
  ),
  mutant(
    "nat",
    "not_the_shared_address",
    "Replies from another address than the one that it shares with the master",
    "TCL-029",
    leaving(is(SCCRP), by("spare")),
    ["TCL-027", "TCL-030", "TCL-031", "TCL-037"],
  ),
];
