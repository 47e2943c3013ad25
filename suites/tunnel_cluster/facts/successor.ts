/** What an endpoint that took over forwards, at its own taps. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Cluster, EndpointPlace } from "./cluster.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";
import { requestsToMaster, successorOf, tookOverAt } from "./succession.ts";
import type { TraceFacts } from "./traces.ts";

/** An endpoint that took over, what came to the master address then, and what it sent on. */
export interface Succession {
  successor: EndpointPlace;
  came: readonly L2tpPacket[];
  /** By the cluster's network; what it hands to itself is on no wire. */
  sent: readonly L2tpPacket[];
}

/** The first take-over of evidence; undefined where nobody became master, or nothing came then. */
export function successionOf(cluster: Cluster, traces: TraceFacts): Succession | undefined {
  const successor = successorOf(cluster, traces);
  if (successor === undefined) return undefined;
  const since = tookOverAt(cluster, traces);
  const came = cluster.at(
    successor.outside,
    (p) => p.destination === cluster.masterAddress && p.time > since,
  );
  const members = new Set(cluster.localAddresses.values());
  const sent = cluster.at(
    successor.inside,
    (p) =>
      p.time > since && !members.has(p.source) &&
      !successor.insideAddresses.includes(p.destination),
  );
  return came.length === 0 ? undefined : { successor, came, sent };
}

/** Requests to it that nobody answered: neither sent on, nor answered by the successor itself. */
export function unserved(cluster: Cluster, { successor, sent }: Succession, since: number) {
  return requestsToMaster(cluster, successor.outside).filter((p) =>
    p.time > since &&
    !sent.some((s) => s.octets === p.octets && s.sourcePort === p.sourcePort) &&
    !cluster.of(cluster.tunnelTaps(successor), "SCCRP").some((reply) =>
      reply.tunnelId === p.assigned && reply.destination === p.source &&
      reply.destinationPort === p.sourcePort
    )
  );
}

/** Whether a message is a request. */
export const isRequest = ({ type }: L2tpPacket): boolean => type === MessageType.SCCRQ;
