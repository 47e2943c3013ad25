/** Tables 2 and 3: what an initiator remembers of a tunnel. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { clusterOf } from "../facts/cluster.ts";
import { tells } from "../facts/traces.ts";
import { SCCCN } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { kit } from "../vocabulary.ts";
import { FOLLOWS, servedFrom, STAYS } from "./connection_connected.ts";
import { PACKETS_AND_TRACES } from "./packet_rules.ts";

/** Tables 2 and 3. */
export const TABLES_2_AND_3: Section<TunnelClusterOverrides> = {
  title: "Tables 2 and 3: the rows of the initiator",
  checks: (["nat", "global"] as const).map((variant) =>
    kit.testCase({
      name: `initiator/row_${variant}`,
      title:
        "The row has the client, both Tunnel IDs, and the address and port that the SCCRP came from",
      covers: variant === "nat" ? ["TCL-042"] : ["TCL-044"],
      judges: ["initiator"],
      on: [bringUp[variant], manyTunnels[variant]],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = servedFrom(cluster, variant);
        if (isInconclusive(found)) return found;
        const tunnels = found.filter(({ toEndpoint }) =>
          toEndpoint.some(({ type }) => type === SCCCN)
        );
        if (tunnels.length === 0) {
          return inconclusive("no SCCRP that an initiator took was captured");
        }
        const silent = tunnels.map(({ place }) => tells(evidence, place.node))
          .find((why) => why !== undefined);
        return silent ?? tunnels;
      },
      judge: (facts, tunnels, evidence) =>
        gravestOf(tunnels, "SCCRP", ({ place: { node }, reply }) => {
          const rows = facts.traces.of(node, "initiator_row");
          const there = rows.some((row) =>
            row.tunnel === reply.tunnelId && row.far_tunnel === reply.assigned &&
            row.far_address === reply.source && row.far_port === reply.sourcePort
          );
          const words = rows.map((r) => `${r.far_address}:${r.far_port} ${r.far_tunnel}`).join(
            ", ",
          );
          const clients = new Set(rows.map(({ client }) => client));
          return gravest(
            there ? undefined : fail(
              `${reply.source}:${reply.sourcePort} ${reply.assigned}`,
              words || "no row",
              frameRefs(reply),
            ),
            // A client whose tunnel ended may have another.
            clients.size === rows.length || !clusterOf(facts, evidence).isUndisturbed
              ? undefined
              : fail("a row for each client", words, frameRefs(reply)),
          );
        }),
    })
  ),
  mutants: [
    ...(["TCL-042", "TCL-044"] as const).map((id, i) =>
      kit.mutant({
        name: `row_of_dialled_${i + 1}`,
        title: "Has the dialled address in its row",
        role: "initiator",
        violates: id,
        alsoViolates: [
          ...FOLLOWS,
          ...["TCL-042", "TCL-044"] as const,
        ],
        rules: STAYS,
      })
    ),
  ],
};
