/** Messages 112, 114 and 116: the SCCCN at the endpoint, and its acknowledgement. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type EndpointPlace } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { cameUp, tells } from "../facts/traces.ts";
import { acknowledgements } from "../facts/nat_traffic.ts";
import { type Tunnel, tunnelsOfEndpoints } from "../facts/tunnels.ts";
import { by, is, leaving, NR, patched, SCCCN, TUNNEL_ID } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { waitingMessage, wrongTunnelId } from "../scenarios/scripted.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, PACKETS, PACKETS_AND_TRACES } from "./packet_rules.ts";

const { HELLO, StopCCN } = MessageType;

type Variant = "nat" | "global";

/** Tunnels of endpoints whose SCCCN arrived, with it. */
function connected(cluster: Cluster, which: (endpoint: EndpointPlace) => boolean) {
  return tunnelsOfEndpoints(cluster).flatMap((tunnel) => {
    const last = tunnel.toEndpoint.find((p) => p.type === SCCCN && p.ns === 1);
    return which(tunnel.place) && last !== undefined ? [{ ...tunnel, last }] : [];
  });
}

/** What an endpoint sends in a tunnel that acknowledges the SCCCN. */
const acknowledging = ({ toInitiator }: Tunnel) => toInitiator.filter(({ nr }) => nr >= 2);

/** Seconds for which an acknowledgement may wait for a message to ride on. */
const WITHHELD = 0.5;

/** The SCCCN as it came again when its acknowledgement was long due. */
const sentAgain = ({ toEndpoint }: Tunnel, { octets, time }: L2tpPacket) =>
  toEndpoint.find((p) =>
    p.octets.slice(0, 20) === octets.slice(0, 20) && p.type === SCCCN &&
    p.ns === 1 && p.time > time + WITHHELD
  );

/** A zero-length body behind the SCCCN that acknowledges the request alone, which came once. */
function acknowledgedAgain(
  cluster: Cluster,
  { place, reply, toInitiator }: Tunnel,
  { frame }: L2tpPacket,
): L2tpPacket | undefined {
  const asked = cluster.of(
    place.inside,
    "SCCRQ",
    (p) => p.assigned === reply.tunnelId && p.source === reply.destination,
  );
  return asked.length > 1
    ? undefined
    : toInitiator.find((p) =>
      p.type === 0 && p.nr < 2 && p.frame.capture === frame.capture && p.frame.number > frame.number
    );
}

/** Whether a message of the endpoint's own waited when the SCCCN came. */
const waited = (tunnel: Tunnel) =>
  tunnel.toInitiator.some(({ type, nr }) => type === HELLO && nr === 2) ||
  acknowledging(tunnel)[0]?.type === HELLO;

/** Takes any SCCCN for one of the tunnel that was begun last. */
function anyTunnelId(): TunnelClusterOverrides {
  let last = 0;
  return {
    l2tp: { assignsId: (random) => last = 1 + Math.floor(random() * 0xffff) },
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === SCCCN ? with16(packet, TUNNEL_ID, last) : packet,
    },
  };
}

/** Messages 112 to 116. */
export const CONNECTION_ACKNOWLEDGED: Section<TunnelClusterOverrides> = {
  title: "Messages 112 to 116: the connection established and acknowledged",
  checks: [
    kit.testCase({
      name: "endpoint/established",
      title: "With the SCCCN the control connection is established",
      covers: ["TCL-038"],
      judges: ["endpoint"],
      on: [bringUp.nat, manyTunnels.nat],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        // Who refuses an SCCCN, for its proof, ends the tunnel.
        const found = connected(clusterOf(facts, evidence), () => true)
          .filter(({ toInitiator }) => !toInitiator.some(({ type }) => type === StopCCN));
        const silent = found.map(({ place }) => tells(evidence, place.node))
          .find((why) => why !== undefined);
        return silent ?? some(found, "SCCCN at an endpoint");
      },
      judge: ({ traces }, found) =>
        gravestOf(
          found,
          "SCCCN",
          ({ place, reply, last }) =>
            cameUp(traces, place.node, reply)
              ? undefined
              : fail("an established control connection", "none in the trace", frameRefs(last)),
        ),
    }),
    ...(["nat", "global"] as const).map((variant) =>
      kit.testCase({
        name: `endpoint/acknowledges_${variant}`,
        title: "The SCCCN is acknowledged from the endpoint's address",
        covers: variant === "nat" ? ["TCL-039"] : ["TCL-071"],
        judges: ["endpoint"],
        on: [bringUp[variant], manyTunnels[variant]],
        needs: PACKETS,
        stimulus(facts, evidence) {
          const isLinked = ({ outside }: EndpointPlace) => outside.length > 0;
          const found = connected(
            clusterOf(facts, evidence),
            (endpoint) => isLinked(endpoint) === (variant === "global"),
          );
          return some(
            found.filter((tunnel) => !waited(tunnel)),
            "SCCCN at an endpoint that has nothing to send",
          );
        },
        judge: (facts, found, evidence) =>
          gravestOf(found, "SCCCN", (tunnel) => {
            const { place, last } = tunnel;
            const own = variant === "nat" ? place.insideAddresses : place.outsideAddresses;
            const acknowledged = acknowledging(tunnel).filter(({ type, source }) =>
              type === 0 && own.includes(source)
            );
            const expected = `a ZLB with Nr 2 from ${own[0]}`;
            const idle = acknowledgedAgain(clusterOf(facts, evidence), tunnel, last);
            if (idle !== undefined) return fail(expected, `Nr ${idle.nr}`, frameRefs(last, idle));
            if (acknowledged.length === 0) return fail(expected, "none", frameRefs(last));
            const again = sentAgain(tunnel, last);
            return again === undefined || acknowledging(tunnel)[0].time <= again.time
              ? undefined
              : fail(`${expected} before the SCCCN comes again`, "none", frameRefs(last, again));
          }),
      })
    ),
    kit.testCase({
      name: "endpoint/acknowledges_by_message",
      title: "A message that waits acknowledges the SCCCN, and no zero-length body does",
      covers: ["TCL-041"],
      judges: ["endpoint"],
      on: [waitingMessage],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const told = cluster.endpoints.filter(({ node }) =>
          cluster.instructions("hello", node).length > 0
        );
        const found = connected(cluster, (endpoint) => told.includes(endpoint));
        return some(
          found.filter(({ toInitiator }) =>
            toInitiator.some(({ type, nr }) => type === HELLO && nr === 2)
          ),
          "HELLO that waited at an endpoint when the SCCCN came",
        );
      },
      judge: (_, found) =>
        gravestOf(found, "tunnel", ({ toInitiator }) =>
          isEmpty(
            toInitiator.filter(({ type, nr }) => type === 0 && nr === 2),
            "the HELLO alone as acknowledgement",
          )),
    }),
    kit.testCase({
      name: "endpoint/own_id_in_last_message",
      title: "An SCCCN with the Tunnel ID of nobody establishes nothing, the right one does",
      covers: ["TCL-070"],
      judges: ["endpoint"],
      on: [wrongTunnelId],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        for (const tunnel of connected(cluster, ({ outside }) => outside.length > 0)) {
          const { reply, last, place } = tunnel;
          const [wrong] = cluster.of(
            place.outside,
            "SCCCN",
            (p) =>
              p.source === reply.destination && p.sourcePort === reply.destinationPort &&
              p.tunnelId !== reply.assigned && p.time < last.time,
          );
          const others = cluster.of(place.outside, "SCCRP", (p) => p.assigned !== reply.assigned);
          if (wrong !== undefined && !others.some((p) => p.assigned === wrong.tunnelId)) {
            return { ...tunnel, wrong };
          }
        }
        return inconclusive("no SCCCN with the Tunnel ID of nobody came before a right one");
      },
      judge(_, { last, toInitiator }) {
        const answers = toInitiator.filter(({ nr }) => nr > 1);
        return gravest(
          isEmpty(
            answers.filter(({ time }) => time < last.time),
            "no acknowledgement of a wrong Tunnel ID",
          ),
          answers.some(({ time }) => time >= last.time)
            ? undefined
            : fail("the right one acknowledged", "it is not", frameRefs(last)),
        );
      },
    }),
    kit.invariant({
      name: "nat/acknowledgement",
      title: "Acknowledgements too leave with the NAT's address",
      covers: ["TCL-040"],
      judges: ["nat"],
      on: [bringUp.nat],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = acknowledgements(cluster);
        return some(found, "acknowledgement on both sides of the NAT");
      },
      judge(facts, found, evidence) {
        const { isLab, nat } = clusterOf(facts, evidence);
        return gravestOf(found, "acknowledgement", ({ inside, outside }) => {
          const right = isLab
            ? nat!.outsideAddresses[0] === outside.source
            : inside.source !== outside.source;
          if (right) return undefined;
          const expected = isLab ? `${nat!.outsideAddresses[0]}` : "no local address outside";
          return fail(expected, formatPacket(outside), frameRefs(inside, outside));
        });
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "never_established",
      title: "Does not take the SCCCN",
      role: "endpoint",
      violates: "TCL-038",
      alsoViolates: ["TCL-039", "TCL-046", "TCL-071", "TCL-083"],
      rules: {
        wire: { ingress: (packet) => messageTypeOf(packet) === SCCCN ? undefined : packet },
      },
    }),
    ...(["TCL-039", "TCL-071"] as const).map((id, i) =>
      kit.mutant({
        name: `acknowledges_the_request_${i + 1}`,
        title: "Acknowledges the SCCRQ, and not the SCCCN, by its zero-length body",
        role: "endpoint",
        violates: id,
        alsoViolates: ["TCL-039", "TCL-051", "TCL-070", "TCL-071"],
        rules: leaving(
          (t) => is(0)(t) && get16(t.packet, NR) === 2,
          patched(NR, 1),
        ),
      })
    ),
    ...(["TCL-039", "TCL-071"] as const).map((id, i) =>
      kit.mutant({
        name: `silent_${i + 1}`,
        title: "Sends no acknowledgement of its own",
        role: "endpoint",
        violates: id,
        alsoViolates: [
          ...["TCL-039", "TCL-051", "TCL-070", "TCL-071", "TCL-076"] as const,
          ...["TCL-079", "TCL-082", "TCL-094"] as const,
        ],
        rules: leaving(is(0), () => undefined),
      })
    ),
    kit.mutant({
      name: "acknowledges_apart",
      title: "Acknowledges by a ZLB in any case",
      role: "endpoint",
      violates: "TCL-041",
      rules: {
        l2tp: { piggybacks: false },
      },
    }),
    kit.mutant({
      name: "any_tunnel_id",
      title: "Takes an SCCCN with any Tunnel ID",
      role: "endpoint",
      violates: "TCL-070",
      rules: anyTunnelId(),
    }),
    kit.mutant({
      name: "acknowledges_from_elsewhere",
      title: "Sends acknowledgements from another address",
      role: "nat",
      violates: "TCL-040",
      alsoViolates: ["TCL-051"],
      rules: leaving(is(0), by("spare")),
    }),
  ],
};
