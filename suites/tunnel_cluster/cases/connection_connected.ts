/** Messages 110, 112, 114 and 116: the SCCCN and its acknowledgement. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { tunnelsOfInitiators } from "../facts/tunnels.ts";
import { is, leaving, NR, patched, SCCCN } from "../packet_changes.ts";
import { addressSources, bringUp, manyTunnels, otherPorts } from "../scenarios/connection.ts";
import { anotherPort } from "../scenarios/interworking.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

type Variant = "nat" | "global";

/** Whether an initiator is one that follows to where the SCCRP came from, as TCL-043 asks. */
export const follows = (cluster: Cluster, { node }: { node: string }) =>
  (cluster.declared(node, "follow", "follow") ?? "follow") === "follow";

/** Where SCCRPs of this architecture come from. */
const sources = (cluster: Cluster, variant: Variant): readonly string[] =>
  variant === "nat"
    ? cluster.nat?.outsideAddresses ?? []
    : cluster.endpoints.flatMap(({ outsideAddresses }) => outsideAddresses);

/** Tunnels of initiators that are served by this cluster, from another address than was asked. */
export function servedFrom(cluster: Cluster, variant: Variant) {
  const from = sources(cluster, variant);
  const found = tunnelsOfInitiators(cluster).filter(({ place, reply }) =>
    follows(cluster, place) && from.includes(reply.source) &&
    reply.source !== cluster.masterAddress && reply.assigned > 0
  );
  return some(found, "SCCRP from an address other than the master's at an initiator that follows");
}

/** Goes on with the address that was dialled, as a client with a fixed peer does. */
export const STAYS: TunnelClusterOverrides = {
  l2tp: { remoteAfterSccrp: (dialled) => dialled, acceptsSource: () => true },
};

/** What such a client cannot keep. */
export const FOLLOWS = [
  ...["TCL-035", "TCL-042", "TCL-043", "TCL-044", "TCL-046", "TCL-051"] as const,
  ...["TCL-069", "TCL-072", "TCL-073", "TCL-086", "TCL-089"] as const,
];

const FOLLOWED: Record<Variant, readonly [Scenario, ...Scenario[]]> = {
  nat: [bringUp.nat, manyTunnels.nat, addressSources, otherPorts],
  global: [bringUp.global, manyTunnels.global, anotherPort],
};

/** Messages 110 to 116. */
export const CONNECTION_CONNECTED: Section<TunnelClusterOverrides> = {
  title: "Messages 110 to 116: Start-Control-Connection-Connected and its acknowledgement",
  checks: [
    ...(["nat", "global"] as const).map((variant) =>
      kit.testCase({
        name: `initiator/follows_reply_${variant}`,
        title: "The SCCCN goes to the source of the SCCRP, which is not the master address",
        covers: variant === "nat" ? ["TCL-035", "TCL-043"] : ["TCL-069", "TCL-043", "TCL-072"],
        judges: ["initiator"],
        on: FOLLOWED[variant],
        needs: PACKETS,
        stimulus: (facts, evidence) => servedFrom(clusterOf(facts, evidence), variant),
        judge: (_, tunnels) =>
          gravestOf(tunnels, "SCCRP", ({ reply, toEndpoint }) => {
            const [last] = toEndpoint.filter(({ type }) => type === SCCCN);
            if (last === undefined) return fail("an SCCCN", "none", frameRefs(reply));
            const right = last.destination === reply.source &&
              last.destinationPort === reply.sourcePort;
            return right ? undefined : fail(
              `${reply.source}:${reply.sourcePort}`,
              `${last.destination}:${last.destinationPort}`,
              frameRefs(reply, last),
            );
          }),
      })
    ),
    kit.testCase({
      name: "initiator/last_message",
      title: "The SCCCN has the endpoint's Tunnel ID, Ns 1 and Nr 1",
      covers: ["TCL-036"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const tunnels = tunnelsOfInitiators(cluster);
        if (tunnels.some(({ reply }) => reply.assigned <= 0)) {
          return inconclusive("an SCCRP hides the Tunnel ID that it assigns");
        }
        const sent = cluster.initiators.flatMap(({ outside, outsideAddresses }) =>
          cluster.of(outside, "SCCCN", (p) => outsideAddresses.includes(p.source))
        );
        if (tunnels.length === 0) return inconclusive("no SCCRP was captured at an initiator");
        return sent.length > 0 ? { sent, tunnels } : inconclusive("no SCCCN was captured");
      },
      judge: (_, { sent, tunnels }) =>
        gravestOf(sent, "SCCCN", (p) => {
          const tunnel = tunnels.find(({ toEndpoint }) => toEndpoint.includes(p));
          if (tunnel !== undefined && p.ns === 1 && p.nr === 1) return undefined;
          return fail(
            "the Tunnel ID of an SCCRP, Ns 1, Nr 1",
            `Tunnel ID ${p.tunnelId}, Ns ${p.ns}, Nr ${p.nr}`,
            frameRefs(tunnel?.reply, p),
          );
        }),
    }),
  ],
  mutants: [
    ...(["TCL-035", "TCL-043", "TCL-069", "TCL-072"] as const).map((id, i) =>
      kit.mutant({
        name: `stays_${i + 1}`,
        title: "Goes on with the master address",
        role: "initiator",
        violates: id,
        alsoViolates: FOLLOWS,
        rules: STAYS,
      })
    ),
    kit.mutant({
      name: "acknowledges_nothing",
      title: "Sends its SCCCN with Nr 0",
      role: "initiator",
      violates: "TCL-036",
      rules: leaving(is(SCCCN), patched(NR, 0)),
    }),
  ],
};
