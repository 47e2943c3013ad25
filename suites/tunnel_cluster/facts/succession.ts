/** Who is master, who forwards, and whether tunnels live on, while one master follows another. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import type { Cluster, EndpointPlace } from "./cluster.ts";
import { isData, isSameMessage, type L2tpPacket } from "./l2tp_packets.ts";
import type { TraceFacts } from "./traces.ts";
import type { Tunnel } from "./tunnels.ts";

/** When an endpoint became master, in seconds since 1970; Infinity for never. */
export const tookOverAt = (cluster: Cluster, traces: TraceFacts): number =>
  Math.min(
    ...cluster.endpoints.flatMap(({ node }) => traces.of(node, "took_over")).map(({ t }) =>
      t / 1e9
    ),
  );

/** The endpoint that became master first. */
export function successorOf(cluster: Cluster, traces: TraceFacts): EndpointPlace | undefined {
  const since = tookOverAt(cluster, traces);
  return cluster.endpoints.find(({ node }) =>
    traces.of(node, "took_over").some(({ t }) => t / 1e9 === since)
  );
}

/** Requests to the master address, wherever they came to, or at taps. */
export function requestsToMaster(cluster: Cluster, taps?: readonly string[]): L2tpPacket[] {
  const all = [cluster.master, ...cluster.endpoints].flatMap((place) => place?.outside ?? []);
  return cluster.of(taps ?? all, "SCCRQ", (p) => p.destination === cluster.masterAddress);
}

/** Requests after a take-over, whom they went to, and what the others had reported by then. */
export function choicesOf(cluster: Cluster, traces: TraceFacts, successor: EndpointPlace) {
  const since = tookOverAt(cluster, traces);
  const requests = requestsToMaster(cluster, successor.outside).filter(({ time }) => time > since);
  return requests
    // One that comes again goes to where it went before.
    .filter((p, i) => requests.findIndex((other) => isSameMessage(other, p)) === i)
    .flatMap((request) => {
      const reply = cluster.replies().find(({ reply }) =>
        reply.tunnelId === request.assigned && reply.destination === request.source
      );
      if (reply === undefined) return [];
      const reports = cluster.messages(successor.inside).filter((m) =>
        m.load >= 0 && successor.insideAddresses.includes(m.destination) && m.time < request.time
      );
      const loads = new Map(reports.map((m) => [m.member, m] as const));
      loads.delete(successor.member);
      return [{ request, chosen: reply.endpoint, loads: [...loads.values()] }];
    });
}

/** The nodes that forwarded a request. */
export function forwarders(cluster: Cluster, traces: TraceFacts, request: L2tpPacket): string[] {
  const { master, masterAddress } = cluster;
  const isCopy = (p: L2tpPacket) => isSameMessage(p, request) && p.destination !== masterAddress;
  const out = cluster.copies(master?.inside, request).some(isCopy) ? [master!.node] : [];
  for (const { node, inside, insideAddresses } of cluster.endpoints) {
    const sent = cluster.copies(inside, request).some((p) =>
      isCopy(p) && !insideAddresses.includes(p.destination)
    );
    // What it hands to itself is on no wire.
    const traced = traces.of(node, "forwarded").some((t) => t.tunnel === request.assigned);
    if (sent || traced) out.push(node);
  }
  return out;
}

/** What of a tunnel was seen after a moment. */
const after = ({ toEndpoint, toInitiator }: Tunnel, from: number) => ({
  forth: toEndpoint.filter(({ time }) => time > from),
  back: toInitiator.filter(({ time }) => time > from),
});

/** Whether the initiator speaks in a tunnel after a moment, with data too, in which there was data back before. */
export function speaks(tunnel: Tunnel, from: number): boolean {
  const { forth } = after(tunnel, from), { reply } = tunnel;
  return forth.some(({ type }) => type === MessageType.HELLO) && forth.some(isData) &&
    tunnel.toInitiator.some((p) =>
      p.time < from && isData(p) && p.source === reply.source && p.sourcePort === reply.sourcePort
    );
}

/** Fails unless a tunnel is answered in, both ways and in both channels, after a moment. */
export function livesOn(tunnel: Tunnel, from: number): PartialVerdict {
  const { forth, back } = after(tunnel, from);
  const ended = [...forth, ...back].find(({ type }) => type === MessageType.StopCCN);
  if (ended !== undefined) return fail("the tunnel as it was", "it ended", frameRefs(ended));
  const hello = forth.find(({ type }) => type === MessageType.HELLO);
  if (hello === undefined) return undefined;
  if (!back.some((p) => p.type === 0 && p.nr === (hello.ns + 1) % 65_536)) {
    return fail(`HELLO acknowledged by ${tunnel.reply.source}`, "it is not", frameRefs(hello));
  }
  return back.some(isData) && forth.some(isData)
    ? undefined
    : fail("data both ways", "none", frameRefs(hello));
}
