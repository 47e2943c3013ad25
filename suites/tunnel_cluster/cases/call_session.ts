/** The call session: calls within their tunnels, and tunnels that stay where they are. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, isData, type L2tpPacket } from "../facts/l2tp_packets.ts";
import {
  isToInitiator,
  type Tunnel,
  tunnelsAtTaps,
  tunnelsOfEndpoints,
  tunnelsOfInitiators,
} from "../facts/tunnels.ts";
import { by, carriesData, ICRP, ICRQ, is, leaving, to } from "../packet_changes.ts";
import {
  addressSources,
  bothEnds,
  bringUp,
  manyTunnels,
  otherPorts,
} from "../scenarios/connection.ts";
import { movedSource } from "../scenarios/scripted.ts";
import { ADDRESS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { follows } from "./connection_connected.ts";
import { isEmpty, PACKETS } from "./packet_rules.ts";

const { ICCN, SCCCN, SCCRP } = MessageType;

/** Tunnels of initiators that follow to where the SCCRP came from, and that they spoke in. */
const followed = (cluster: Cluster) =>
  tunnelsOfInitiators(cluster).filter(({ place, toEndpoint }) =>
    follows(cluster, place) && toEndpoint.length > 0
  );

/** Fails at the first of some packets of an initiator that goes elsewhere than its SCCRP came from. */
function toSource({ reply }: Tunnel, packets: readonly L2tpPacket[]) {
  const bad = packets.find((p) =>
    p.destination !== reply.source || p.destinationPort !== reply.sourcePort
  );
  return bad && fail(
    `${reply.source}:${reply.sourcePort}`,
    `${bad.destination}:${bad.destinationPort}`,
    frameRefs(reply, bad),
  );
}

/** Judges that what leaves in a tunnel has one source, by the taps where it leaves. */
function oneSource(cluster: Cluster, taps: readonly string[]) {
  return gravestOf(tunnelsAtTaps(cluster, taps), "SCCRP", ({ reply, toInitiator }) => {
    const own = toInitiator.filter(({ frame }) => frame.number > reply.frame.number);
    // A later SCCRP may be that of a new tunnel with an old Tunnel ID, or make a new row of a NAT.
    const next = own.findIndex((p) =>
      p.type === SCCRP && (p.octets !== reply.octets || p.source !== reply.source ||
        p.sourcePort !== reply.sourcePort)
    );
    const bad = (next < 0 ? own : own.slice(0, next)).find((p) =>
      (p.source !== reply.source || p.sourcePort !== reply.sourcePort) &&
      isOfSameOrigin(cluster, reply, p)
    );
    return bad &&
      fail(`${reply.source}:${reply.sourcePort}`, formatPacket(bad), frameRefs(reply, bad));
  });
}

/** Whether a packet behind a NAT came from where the SCCRP came from, as far as that was seen. */
function isOfSameOrigin(cluster: Cluster, reply: L2tpPacket, packet: L2tpPacket): boolean {
  const { nat } = cluster;
  if (nat === undefined || !nat.outside.includes(packet.tap)) return true;
  const before = cluster.copies(nat.inside, packet), from = cluster.copies(nat.inside, reply);
  return before.length === 0 || from.length === 0 ||
    before.some((p) => from.some((r) => r.source === p.source && r.sourcePort === p.sourcePort));
}

/** The taps of these with an SCCRP that data follows. */
const tapsWithData = (cluster: Cluster, taps: readonly string[]) =>
  taps.filter((tap) =>
    tunnelsAtTaps(cluster, [tap]).some(({ toInitiator }) => toInitiator.some(isData))
  );

/** Scenarios in which more is said in tunnels than calls and the data of PPP. */
const MORE = [bothEnds.nat, bothEnds.global, manyTunnels.global, addressSources, otherPorts];

/** Calls and data. */
export const CALL_SESSION: Section<TunnelClusterOverrides> = {
  title: "The call session",
  checks: [
    kit.testCase({
      name: "initiator/call_within_tunnel",
      title: "ICRQ and ICCN take the way of the tunnel, without another SCCRQ",
      covers: ["TCL-046"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const called = followed(cluster).filter(({ place, toEndpoint }) =>
          cluster.instructions("dial", place.node).length > 0 &&
          toEndpoint.some(({ type }) => type === SCCCN)
        );
        return some(called, "SCCCN of an initiator that was told to call");
      },
      judge: (_, tunnels) =>
        gravestOf(tunnels, "tunnel", (tunnel) => {
          const call = tunnel.toEndpoint.filter(({ type }) => type === ICRQ || type === ICCN);
          return call.length === 0
            ? fail("an ICRQ", "none", frameRefs(tunnel.reply))
            : toSource(tunnel, call);
        }),
    }),
    kit.testCase({
      name: "initiator/static_address",
      title: "All packets of a tunnel go to the address and port that the SCCRP came from",
      covers: ["TCL-051"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, ...MORE],
      needs: PACKETS,
      stimulus: (facts, evidence) =>
        some(
          followed(clusterOf(facts, evidence)).filter(({ toEndpoint }) => toEndpoint.some(isData)),
          "data of an initiator in its tunnel",
        ),
      judge: (_, tunnels) =>
        gravestOf(tunnels, "tunnel", (tunnel) => toSource(tunnel, tunnel.toEndpoint)),
    }),
    kit.testCase({
      name: "endpoint/call_within_tunnel",
      title: "ICRP goes back on the way that the tunnel took",
      covers: ["TCL-046"],
      judges: ["endpoint"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus: (facts, evidence) =>
        some(
          tunnelsOfEndpoints(clusterOf(facts, evidence)).filter(({ toEndpoint, toInitiator }) => {
            const call = toEndpoint.find(({ type }) => type === ICRQ);
            // Who ended the tunnel before answers no call in it.
            return call !== undefined &&
              !toInitiator.some((p) => p.type === MessageType.StopCCN && p.time < call.time);
          }),
          "ICRQ at an endpoint",
        ),
      judge(facts, tunnels, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(tunnels, "tunnel", ({ place, reply, toEndpoint }) => {
          const call = toEndpoint.find(({ type }) => type === ICRQ);
          const answers = cluster.of(
            cluster.tunnelTaps(place),
            "ICRP",
            (p) => p.tunnelId === reply.tunnelId,
          );
          if (answers.length === 0) return fail("an ICRP", "none", frameRefs(call));
          const right = answers.some((p) => p.tap === reply.tap && isToInitiator(p, reply));
          return right ? undefined : fail(
            `an ICRP to ${reply.destination} by the way of the SCCRP`,
            formatPacket(answers[0]),
            frameRefs(call, answers[0]),
          );
        });
      },
    }),
    kit.invariant({
      name: "endpoint/static_address",
      title: "All packets of a tunnel come from one address and port",
      covers: ["TCL-051"],
      judges: ["endpoint"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, bothEnds.nat, bothEnds.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const taps = cluster.endpoints.flatMap((endpoint) => cluster.tunnelTaps(endpoint));
        return some(tapsWithData(cluster, taps), "data of an endpoint behind its SCCRP");
      },
      judge: (facts, taps, evidence) => oneSource(clusterOf(facts, evidence), taps),
    }),
    kit.invariant({
      name: "nat/static_address",
      title: "All packets of a tunnel leave from one address and port",
      covers: ["TCL-051"],
      judges: ["nat"],
      on: [bringUp.nat, manyTunnels.nat, bothEnds.nat, otherPorts],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return some(
          tapsWithData(cluster, cluster.nat?.outside ?? []),
          "data that leaves a NAT behind its SCCRP",
        );
      },
      judge: (facts, taps, evidence) => oneSource(clusterOf(facts, evidence), taps),
    }),
    kit.testCase({
      name: "endpoint/stays_with_source",
      title: "A message from another port of the initiator moves no tunnel",
      covers: ["TCL-051"],
      judges: ["endpoint"],
      on: [movedSource.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        for (const tunnel of tunnelsOfEndpoints(cluster)) {
          const { place, reply, toEndpoint } = tunnel;
          const [strange] = cluster.of(
            place.outside,
            "HELLO",
            (p) =>
              p.tunnelId === reply.assigned && p.source === reply.destination &&
              p.sourcePort !== reply.destinationPort,
          );
          const right = toEndpoint.find((p) =>
            p.type === MessageType.HELLO && strange !== undefined && p.time > strange.time
          );
          if (strange !== undefined && right !== undefined) return { ...tunnel, strange, right };
        }
        return inconclusive(
          "no HELLO of a tunnel was captured from another port, and then from the right one",
        );
      },
      judge(facts, { place, strange, right, toInitiator }, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravest(
          isEmpty(
            cluster.at(
              place.outside,
              (p) => p.destination === strange.source && p.destinationPort === strange.sourcePort,
            ),
            "nothing to that port",
          ),
          toInitiator.some(({ time }) => time >= right.time)
            ? undefined
            : fail("an answer to the right port", "none", frameRefs(right)),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "call_to_master",
      title: "Sends its ICRQ to the master",
      role: "initiator",
      violates: "TCL-046",
      alsoViolates: ["TCL-051", "TCL-089"],
      rules: leaving(is(ICRQ), to(ADDRESS.master)),
    }),
    kit.mutant({
      name: "data_to_another_port",
      title: "Sends data to another port",
      role: "initiator",
      violates: "TCL-051",
      rules: leaving(carriesData, (t) => ({ ...t, to: { ...t.to!, port: t.to!.port + 1 } })),
    }),
    kit.mutant({
      name: "call_to_master",
      title: "Sends its ICRP to the master",
      role: "endpoint",
      violates: "TCL-046",
      alsoViolates: ["TCL-051", "TCL-073", "TCL-072", "TCL-089"],
      rules: leaving(is(ICRP), to(ADDRESS.masterLocal)),
    }),
    kit.mutant({
      name: "data_by_another_port",
      title: "Sends data from another port",
      role: "endpoint",
      violates: "TCL-051",
      alsoViolates: ["TCL-072", "TCL-073"],
      rules: leaving(carriesData, by("cluster")),
    }),
    kit.mutant({
      name: "moves",
      title: "Moves a tunnel to where its messages come from",
      role: "endpoint",
      violates: "TCL-051",
      rules: {
        l2tp: {
          acceptsSource: () => true,
          movesWithSource: true,
        },
      },
    }),
    kit.mutant({
      name: "data_from_elsewhere",
      title: "Sends data from another address",
      role: "nat",
      violates: "TCL-051",
      alsoViolates: ["TCL-088"],
      rules: leaving(carriesData, by("spare")),
    }),
  ],
};
