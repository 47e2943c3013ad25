/** What comes to a NAT and leaves it. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Cluster } from "./cluster.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";

const { SCCRP } = MessageType;

/** What the NAT sends to initiators, at its outer link. */
export function leavingNat(cluster: Cluster): L2tpPacket[] {
  const { nat, masterAddress } = cluster;
  const own = nat?.outsideAddresses ?? [];
  return cluster.at(
    nat?.outside,
    (p) => !own.includes(p.destination) && p.destination !== masterAddress,
  );
}

/** SCCRPs of endpoints as they come to the NAT. */
export function repliesAtNat(cluster: Cluster): L2tpPacket[] {
  const local = [...cluster.localAddresses.values()];
  return cluster.of(
    cluster.nat?.inside,
    "SCCRP",
    ({ destination }) => !local.includes(destination),
  );
}

/** SCCRPs that it translated. */
export const translatedReplies = (cluster: Cluster): L2tpPacket[] =>
  leavingNat(cluster).filter(({ type, source }) =>
    type === SCCRP && source === cluster.nat?.outsideAddresses[0]
  );

/** Zero-length bodies that leave through the NAT, before and behind it. */
export function acknowledgements(
  cluster: Cluster,
): { inside: L2tpPacket; outside: L2tpPacket }[] {
  return cluster.at(cluster.nat?.inside, (p) => p.type === 0).flatMap((inside) =>
    cluster.copies(cluster.nat?.outside, inside)
      .filter((p) =>
        p.destination === inside.destination && p.destinationPort === inside.destinationPort
      )
      .map((outside) => ({ inside, outside }))
  );
}
