/** Message 106: the Tunnel IDs that an endpoint assigns. */
import { isLinkless } from "../facts/cluster.ts";
import { isFrom } from "../facts/tunnels.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { hidesTunnelId, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { type Tunnel, tunnelsOfEndpoints } from "../facts/tunnels.ts";
import { manyTunnels } from "../scenarios/connection.ts";
import { equalIds } from "../scenarios/scripted.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Whether the initiator of a tunnel went on with it, and it was not seen to end. */
const isUp = ({ reply, toEndpoint, toInitiator }: Tunnel) =>
  toEndpoint.some(({ type }) => type === 3) &&
  ![...toEndpoint, ...toInitiator].some((p) => p.type === 4 && p.time >= reply.time);

/** The lowest identifier that is free. */
function lowestFree(_random: () => number, isTaken: (id: number) => boolean): number {
  let id = 1;
  while (isTaken(id)) id++;
  return id;
}

/** Tunnel IDs. */
export const TUNNEL_IDS: Section<TunnelClusterOverrides> = {
  title: "Message 106: Tunnel IDs of endpoints",
  checks: [
    kit.invariant({
      name: "endpoint/own_tunnel_ids",
      title: "Each tunnel of an endpoint has a Tunnel ID of its own",
      covers: ["TCL-019"],
      judges: ["endpoint"],
      on: [manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const tunnels = tunnelsOfEndpoints(clusterOf(facts, evidence));
        return some(tunnels.filter(({ reply }) => !hidesTunnelId(reply)), "SCCRP");
      },
      judge(_, tunnels) {
        const up = new Map<string, Tunnel>();
        return gravestOf(tunnels, "SCCRP", (tunnel) => {
          const { reply, place } = tunnel, key = `${place.node} ${reply.assigned}`;
          if (reply.assigned <= 0) {
            return fail("a Tunnel ID other than 0", `${reply.assigned}`, frameRefs(reply));
          }
          if (!isUp(tunnel)) return undefined;
          const other = up.get(key);
          up.set(key, tunnel);
          return other && fail(
            "a Tunnel ID of its own",
            `${reply.assigned} again`,
            frameRefs(other.reply, reply),
          );
        });
      },
    }),
    ...(["nat", "global"] as const).map((variant) =>
      kit.testCase({
        name: `endpoint/told_apart_${variant}`,
        title:
          "Initiators that assign one Tunnel ID, and share an address, have tunnels of their own",
        covers: ["TCL-017", "TCL-019"],
        judges: ["endpoint"],
        on: [equalIds[variant]],
        needs: PACKETS,
        stimulus(facts, evidence) {
          const cluster = clusterOf(facts, evidence);
          const linked = variant === "global";
          for (const endpoint of cluster.endpoints) {
            if (isLinkless(endpoint) === linked) continue;
            const requests = ofOneId(cluster.requestsAt(endpoint));
            if (requests !== undefined) return { endpoint, requests };
          }
          return inconclusive(
            "no endpoint was asked by three initiators with one Tunnel ID, two behind one address",
          );
        },
        judge(facts, { endpoint, requests }, evidence) {
          const cluster = clusterOf(facts, evidence);
          const sent = cluster.of(cluster.tunnelTaps(endpoint), "SCCRP");
          const found = requests.map((r) => sent.find((reply) => isFrom(r, reply)));
          const missing = found.indexOf(undefined);
          const ids = new Set(found.map((reply) => reply?.assigned));
          return gravest(
            missing < 0
              ? undefined
              : fail("an SCCRP for each", "none", frameRefs(requests[missing])),
            ids.size === found.length
              ? undefined
              : fail("Tunnel IDs of their own", [...ids].join(", "), frameRefs(...found)),
          );
        },
      })
    ),
  ],
  mutants: [
    kit.mutant({
      name: "one_tunnel_id",
      title: "Assigns the same Tunnel ID to all",
      role: "endpoint",
      violates: "TCL-019",
      rules: {
        l2tp: { assignsId: () => 0x1111 },
      },
    }),
    kit.mutant({
      name: "knows_by_id",
      title: "Knows requests by address and Tunnel ID alone",
      role: "endpoint",
      violates: "TCL-019",
      alsoViolates: ["TCL-017"],
      rules: {
        l2tp: { sccrqKey: ({ address }, assigned) => `${address} ${assigned}` },
      },
    }),
  ],
  legalVariants: [
    ...(["initiator", "endpoint"] as const).map((role) =>
      kit.legalVariant({
        name: "lowest_tunnel_id",
        title: "Assigns the lowest Tunnel ID that is free, which other devices assign too",
        source: "RFC 2661 §4.4.3",
        role,
        rules: { l2tp: { assignsId: lowestFree } },
      })
    ),
  ],
};

/** The first request of each of three initiators or more that assign one Tunnel ID, two of one address. */
function ofOneId(requests: readonly L2tpPacket[]): L2tpPacket[] | undefined {
  for (const own of Map.groupBy(requests, ({ assigned }) => assigned).values()) {
    const firsts = own.filter((p, i) =>
      own.findIndex((q) => q.source === p.source && q.sourcePort === p.sourcePort) === i
    );
    const shared = firsts.some((p) => firsts.some((q) => q !== p && q.source === p.source));
    if (own[0].assigned > 0 && firsts.length >= 3 && shared) return firsts;
  }
  return undefined;
}
