/** Endpoints that let their tunnels end (L104, D4-11). */
import type { Member } from "../../../peers/tunnel_cluster/registry.ts";
import { ClusterFlag, OFFSET } from "../../../captures/wire/tunnel_cluster.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import type { Section } from "../../kit/suite.ts";
import { gravestOf, inconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { livesOn, speaks } from "../facts/succession.ts";
import { tunnelsOfEndpoints } from "../facts/tunnels.ts";
import { draining } from "../scenarios/management.ts";
import { kit } from "../vocabulary.ts";
import { absence, passedBy } from "./network_management.ts";
import { PACKETS } from "./packet_rules.ts";

/** Gives an endpoint that let its tunnels end no request any more. */
function unforgiving(): (member: Member) => boolean {
  const once = new WeakSet<Member>();
  return (member) => {
    if (member.draining) once.add(member);
    return !once.has(member) && !member.inactive && !member.deactivated;
  };
}

/** Drops everything of L2TP, both ways, while it tells that it lets its tunnels end. */
function ruthless(): TunnelClusterOverrides {
  const draining = new WeakSet<object>();
  return {
    wire: {
      egress(t) {
        if (t.port !== "cluster") return draining.has(this) ? [] : [t];
        if ((t.packet[OFFSET.version] & ClusterFlag.draining) !== 0) draining.add(this);
        else draining.delete(this);
        return [t];
      },
    },
  };
}

/** The section. */
export const DRAINING: Section<TunnelClusterOverrides> = {
  title: "Endpoints that let their tunnels end",
  checks: [
    kit.testCase({
      name: "master/draining",
      title: "An endpoint that lets its tunnels end is passed over until it says otherwise",
      covers: ["TCL-094"],
      judges: ["master"],
      on: [draining],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const told = cluster.messages(cluster.master?.inside).find((m) =>
          m.load >= 0 && m.draining
        );
        return absence(cluster, told, (m) => !m.draining);
      },
      judge: (facts, found, evidence) => passedBy(clusterOf(facts, evidence), found),
    }),
    kit.testCase({
      name: "endpoint/draining",
      title: "An endpoint that lets its tunnels end serves those that it has",
      covers: ["TCL-094"],
      judges: ["endpoint"],
      on: [draining],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = cluster.endpoints.flatMap((endpoint) => {
          const told = cluster.messages(endpoint.inside, "report").find((m) =>
            m.member === endpoint.member && m.draining
          );
          if (told === undefined) return [];
          return tunnelsOfEndpoints(cluster).filter((tunnel) =>
            tunnel.place === endpoint && tunnel.reply.time < told.time && speaks(tunnel, told.time)
          ).map((tunnel) => ({ tunnel, from: told.time }));
        });
        return cluster.instructions("close_tunnel").length > 0
          ? inconclusive("an endpoint was told to end a tunnel")
          : some(found, "HELLO in a tunnel of an endpoint that lets its tunnels end");
      },
      judge: (_, found) => gravestOf(found, "tunnel", ({ tunnel, from }) => livesOn(tunnel, from)),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "uses_the_draining",
      title: "Gives requests to endpoints that let their tunnels end",
      role: "master",
      violates: "TCL-094",
      rules: {
        master: { takesTunnels: ({ inactive, deactivated }) => !inactive && !deactivated },
      },
    }),
    kit.mutant({
      name: "unforgiving",
      title: "Uses no endpoint again that let its tunnels end",
      role: "master",
      violates: "TCL-094",
      alsoViolates: ["TCL-053", "TCL-060"],
      rules: { master: { takesTunnels: unforgiving() } },
    }),
    kit.mutant({
      name: "drops_while_draining",
      title: "Is silent in its tunnels while it lets them end",
      role: "endpoint",
      violates: "TCL-094",
      rules: ruthless(),
    }),
  ],
};
