import { ETHER_TYPE } from "../../../captures/link.ts";
import { formatAddress, parseMac } from "../../../captures/wire/address.ts";
import { type EndPlace, ethernetOf, neighboursOf } from "../../../suites/kit/ethernet.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { PacketSocket } from "../../kernel/packet_socket.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { unfitFrame } from "../world.ts";
import { macOf } from "./ip_commands.ts";
import { superPacket } from "./super_packet.ts";

const HEADER = 14, ETHERNET_MTU = 1500;

/** Sends whole IP datagrams from a host to its first neighbour, octet for octet, legal or not. */
export function sendDatagrams(
  topology: Topology,
  from: string,
  packets: readonly Uint8Array[],
): void {
  const place = firstLinkOf(topology, from);
  const frames = packets.map((packet) => {
    const frame = new Uint8Array(HEADER + packet.length);
    const { link, side } = neighbourFor(topology, place, packet);
    frame.set(parseMac(macOf(link, side)), 0);
    frame.set(parseMac(macOf(place.link, place.side)), 6);
    const type = packet[0] >> 4 === 6 ? ETHER_TYPE.IPV6 : ETHER_TYPE.IPV4;
    frame.set([type >> 8, type & 255], 12);
    frame.set(packet, HEADER);
    return frame;
  });
  send(
    topology,
    place,
    frames,
    ({ length }) =>
      `Cannot send a datagram as it must fit the link's MTU: got ${length - HEADER} octets`,
  );
}

/** Sends whole frames by the first interface of a host, octet for octet. */
export function sendFrames(topology: Topology, from: string, frames: readonly Uint8Array[]): void {
  send(topology, firstLinkOf(topology, from), frames, unfitFrame);
}

/**
 * Sends frames one right after the other. Where the host leaves segmentation to a card, TCP that is larger
 * than its Ethernet takes goes as a host's kernel would send it.
 * @param unfit Says what is wrong with one that does not fit.
 */
function send(
  topology: Topology,
  { link, side }: EndPlace,
  frames: readonly Uint8Array[],
  unfit: (frame: Uint8Array) => string,
): void {
  const { node, interface: name, tso = false } = topology.links[link].ends[side];
  const way = tso ? "leaves offloads" : "sends";
  const socket = inNamespace(namespacePath(node), () => PacketSocket.open(name, { way }));
  try {
    for (const frame of frames) {
      const isSent = tso
        // What no kernel would segment goes as it is.
        ? socket.send(superPacket(frame, smallestMtu(topology, link))) ||
          socket.send(superPacket(frame, Infinity))
        : socket.send(frame);
      if (!isSent) throw new RangeError(unfit(frame));
    }
  } finally {
    socket.close();
  }
}

/** Octets of the largest datagram that every link of an Ethernet carries to its hosts. */
function smallestMtu(topology: Topology, link: number): number {
  const links = ethernetOf(topology, link).map((place) => topology.links[place.link]);
  return Math.min(...links.map(({ mtu = ETHERNET_MTU }) => mtu));
}

function firstLinkOf({ links }: Topology, from: string): EndPlace {
  const link = links.findIndex(({ ends }) => ends.some(({ node }) => node === from));
  if (link < 0) throw new RangeError(`Cannot send datagrams as no link leads to "${from}"`);
  return { link, side: links[link].ends[0].node === from ? 0 : 1 };
}

/** Whom a datagram is sent to: who has its destination, or the first there is. */
function neighbourFor(topology: Topology, place: EndPlace, packet: Uint8Array): EndPlace {
  const all = neighboursOf(topology, place);
  if (all.length <= 1) return all[0] ?? { link: place.link, side: place.side === 0 ? 1 : 0 };
  const at = packet[0] >> 4 === 6 ? 24 : 16, octets = at === 24 ? 16 : 4;
  if (packet.length < at + octets) return all[0];
  const destination = formatAddress(packet, at, at + octets);
  return all.find(({ link, side }) =>
    topology.links[link].ends[side].addresses.some((one) => one.split("/")[0] === destination)
  ) ?? all[0];
}
