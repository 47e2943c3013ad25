import { ETHER_TYPE } from "../../../captures/link.ts";
import { parseMac } from "../../../captures/wire/address.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { PacketSocket } from "../../kernel/packet_socket.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { macOf } from "./ip_commands.ts";

const HEADER = 14;

/** Sends whole IP datagrams from a host to its first neighbour, octet for octet, legal or not. */
export function sendDatagrams(
  topology: Topology,
  from: string,
  packets: readonly Uint8Array[],
): void {
  const link = topology.links.findIndex(({ ends }) => ends.some(({ node }) => node === from));
  if (link < 0) throw new RangeError(`Cannot send datagrams as no link leads to "${from}"`);
  const { ends } = topology.links[link];
  const side = ends[0].node === from ? 0 : 1;
  const name = ends[side].interface;
  const socket = inNamespace(namespacePath(from), () => PacketSocket.open(name));
  try {
    for (const packet of packets) {
      const frame = new Uint8Array(HEADER + packet.length);
      frame.set(parseMac(macOf(link, side === 0 ? 1 : 0)), 0);
      frame.set(parseMac(macOf(link, side)), 6);
      const type = packet[0] >> 4 === 6 ? ETHER_TYPE.IPV6 : ETHER_TYPE.IPV4;
      frame.set([type >> 8, type & 255], 12);
      frame.set(packet, HEADER);
      if (!socket.send(frame)) {
        throw new RangeError(
          `Cannot send a datagram as it must fit the link's MTU: got ${packet.length} octets`,
        );
      }
    }
  } finally {
    socket.close();
  }
}
