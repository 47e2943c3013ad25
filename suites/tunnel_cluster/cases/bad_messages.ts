/** What the cases of TCL-082 recognise: bad messages among others, and service before and after. */
import { hex } from "../../../captures/wire/octets.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravest,
  type Inconclusive,
  inconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Cluster, EndpointPlace } from "../facts/cluster.ts";
import { tunnelsOfEndpoints } from "../facts/tunnels.ts";
import { attributesOf, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { bad, UNKNOWN_AVP } from "../packets.ts";

const BAD = new Set(bad().map((octets) => hex(octets, 0, octets.length)));

/** Whether a packet is one of the messages that are to be discarded without a word. */
export const isBad = ({ octets }: L2tpPacket): boolean => BAD.has(octets);

/** Whether a message has an AVP that nobody knows. */
export const hasUnknownAvp = (packet: L2tpPacket): boolean =>
  attributesOf(packet).types.includes(UNKNOWN_AVP.type);

/** Bad messages to addresses as they came to taps; inconclusive without each kind of them. */
export function badAt(
  cluster: Cluster,
  taps: readonly string[] | undefined,
  destinations: readonly (string | undefined)[],
): readonly L2tpPacket[] | Inconclusive {
  const there = cluster.at(taps, (p) => destinations.includes(p.destination) && isBad(p));
  const kinds = new Set(there.map(({ octets }) => octets)).size;
  return kinds < BAD.size ? inconclusive(`${kinds} of ${BAD.size} bad messages came`) : there;
}

/** A request of an initiator after what it had to bear, when there had been service before. */
export interface Afterwards {
  asked: L2tpPacket;
}

/** Taps of all endpoints. */
const tapsOfEndpoints = (cluster: Cluster) =>
  cluster.endpoints.flatMap((endpoint) => cluster.tunnelTaps(endpoint));

/** Looks for service before and a request after a time; inconclusive without either. */
export function afterwards(cluster: Cluster, from: number, to = from): Afterwards | Inconclusive {
  const [asked] = cluster.initiators.flatMap(({ outside, outsideAddresses }) =>
    cluster.of(outside, "SCCRQ", (p) => p.time > to && outsideAddresses.includes(p.source))
  );
  if (asked === undefined) return inconclusive("nobody asked afterwards");
  return cluster.of(tapsOfEndpoints(cluster), "SCCCN", (p) => p.time < from).length > 0
    ? { asked }
    : inconclusive("there was no service before");
}

/** Fails unless who asked afterwards got a tunnel. */
export function served(cluster: Cluster, { asked }: Afterwards): PartialVerdict {
  const connected = cluster.of(
    tapsOfEndpoints(cluster),
    "SCCCN",
    (p) => p.source === asked.source && p.time > asked.time,
  );
  return connected.length > 0 ? undefined : fail("service afterwards", "none", frameRefs(asked));
}

/**
 * Fails where an endpoint does not know a tunnel any more that stood before: an endpoint that died of
 * what it had to bear, and was restarted, serves others well.
 * @param from Seconds since 1970.
 */
export function remembers(
  cluster: Cluster,
  endpoint: EndpointPlace,
  from: number,
): PartialVerdict {
  const tunnels = tunnelsOfEndpoints(cluster).filter(({ place }) => place === endpoint);
  const isShared = ({ assigned }: L2tpPacket) =>
    tunnels.filter(({ reply }) => reply.assigned === assigned).length > 1;
  return gravest(
    ...tunnels
      .filter(({ reply }) => reply.time < from)
      .map(({ reply, toEndpoint, toInitiator }) => {
        const asked = toEndpoint.filter((p) => p.type === MessageType.HELLO && p.time > from);
        const ns = asked[0]?.ns ?? 0;
        const isKnown = toInitiator.some((p) =>
          p.time >= (asked[0]?.time ?? 0) && p.nr >= 0 && ((p.nr - ns - 1) & 0xffff) < 0x8000
        );
        return asked.length < 2 || isKnown
          ? undefined
          : isShared(reply)
          ? inconclusive(`the endpoint gave Tunnel ID ${reply.assigned} to two tunnels`)
          : fail("the tunnel of before known", "it is forgotten", frameRefs(reply, ...asked));
      }),
  );
}

/** Fragments of a request as they came to taps: two at least. */
export function fragmentsAt(cluster: Cluster, taps: readonly string[] | undefined) {
  const found = cluster.facts.fragments.filter(({ tap }) => taps?.includes(tap));
  return found.length < 2 ? inconclusive("no fragments of a request came") : found;
}
