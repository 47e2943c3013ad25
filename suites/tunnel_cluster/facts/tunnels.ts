/** Tunnels as the taps of an initiator or an endpoint show them: an SCCRP, and what goes by it. */
import type { Cluster, EndpointPlace, Place } from "./cluster.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";

/** A tunnel at one place, known by the SCCRP that was seen there. */
export interface Tunnel<P extends Place = Place> {
  place: P;
  reply: L2tpPacket;
  /** What the initiator sends in it, and what comes back, both after the reply at the same tap. */
  toEndpoint: readonly L2tpPacket[];
  toInitiator: readonly L2tpPacket[];
}

const NOBODY: Place = {
  node: "",
  inside: [],
  outside: [],
  insideAddresses: [],
  outsideAddresses: [],
};

/** Whether a packet belongs to the tunnel of a reply, sent by the endpoint. */
export const isToInitiator = (p: L2tpPacket, reply: L2tpPacket): boolean =>
  p.tunnelId === reply.tunnelId && p.destination === reply.destination &&
  p.destinationPort === reply.destinationPort;

/** The tunnels of which a place shows the SCCRP, without copies of it, in the order of the frames. */
function tunnelsAt<P extends Place>(
  cluster: Cluster,
  place: P,
  taps: readonly string[],
  replies: readonly L2tpPacket[],
): Tunnel<P>[] {
  const firsts = [...Map.groupBy(replies, (p) => `${toKey(p)} ${p.octets}`).values()]
    .map(([first]) => first);
  const packets = cluster.at(taps);
  const bySource = Map.groupBy(packets, fromKey), byDestination = Map.groupBy(packets, toKey);
  // Two endpoints may assign the same Tunnel ID to one initiator.
  const owners = Map.groupBy(firsts, ownerKey);
  return firsts.map((reply) => {
    const sharing = owners.get(ownerKey(reply)) ?? [];
    return {
      ...{ place, reply },
      toEndpoint: reply.assigned > 0
        ? (bySource.get(ownerKey(reply)) ?? []).filter((p) => isOwner(p, reply, sharing))
        : [],
      toInitiator: byDestination.get(toKey(reply)) ?? [],
    };
  });
}

const fromKey = (p: L2tpPacket) => `${p.source}:${p.sourcePort}/${p.tunnelId}`;
const toKey = (p: L2tpPacket) => `${p.destination}:${p.destinationPort}/${p.tunnelId}`;
/** What packets of the initiator in a reply's tunnel have in common: see `fromKey`. */
const ownerKey = (p: L2tpPacket) => `${p.destination}:${p.destinationPort}/${p.assigned}`;

/** Whether a packet is of the tunnel of a reply: of the one that it goes to, if it goes to one. */
function isOwner(p: L2tpPacket, reply: L2tpPacket, replies: readonly L2tpPacket[]): boolean {
  const goesTo = (r: L2tpPacket) =>
    p.destination === r.source && p.destinationPort === r.sourcePort;
  return goesTo(reply) || !replies.some(goesTo);
}

/** The tunnels that taps show, each tap for itself, whoever is there. */
export const tunnelsAtTaps = (
  cluster: Cluster,
  taps: readonly string[],
): Pick<Tunnel, "reply" | "toInitiator">[] =>
  taps.flatMap((tap) => tunnelsAt(cluster, NOBODY, [tap], cluster.of([tap], "SCCRP")));

/**
 * The tunnels of the initiators that the evidence has taps at. In a lab those that they asked for:
 * others may ask in their name.
 */
export function tunnelsOfInitiators(cluster: Cluster): Tunnel[] {
  return cluster.initiators.flatMap((place) => {
    const requests = cluster.of(place.outside, "SCCRQ");
    const replies = cluster.of(
      place.outside,
      "SCCRP",
      (p) => !cluster.isLab || requests.some((request) => isFrom(request, p)),
    );
    return tunnelsAt(cluster, place, place.outside, replies);
  });
}

/** The tunnels of the endpoints that the evidence has taps at. */
export function tunnelsOfEndpoints(cluster: Cluster): Tunnel<EndpointPlace>[] {
  return cluster.endpoints.flatMap((endpoint) => {
    const taps = cluster.tunnelTaps(endpoint);
    return tunnelsAt(cluster, endpoint, taps, cluster.of(taps, "SCCRP"));
  });
}

/** Whether a reply goes to the address and port that a request came from. */
export const isFrom = (request: L2tpPacket, reply: L2tpPacket) =>
  request.source === reply.destination && request.sourcePort === reply.destinationPort;
