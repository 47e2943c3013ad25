/** Messages 110 and 112, and data: rows that are looked up, kept and given up. */
import { closingOf, isFollowedBy } from "../facts/nat_rows.ts";
import { leavingNat, repliesAtNat, translatedReplies } from "../facts/nat_traffic.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type Test } from "../facts/cluster.ts";
import { isData, isSameMessage, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { SCCRP } from "../packet_changes.ts";
import { bothEnds, manyTunnels, otherPorts } from "../scenarios/connection.ts";
import { equalIds, movedSource } from "../scenarios/scripted.ts";
import { strays } from "../scenarios/strays.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, PACKETS } from "./packet_rules.ts";

/** Initiators' packets of one kind that belong to tunnels, as they come to the NAT. */
function cameFor(cluster: Cluster, what: string, test: Test) {
  const own = cluster.nat?.outsideAddresses ?? [];
  const came = cluster.at(cluster.nat?.outside, (p) => own.includes(p.destination) && test(p));
  const all = cluster.replies();
  const owned = came.flatMap((packet) => {
    const owners = all.filter(({ reply }) =>
      reply.assigned === packet.tunnelId && reply.destination === packet.source &&
      reply.destinationPort === packet.sourcePort && reply.time < packet.time
    );
    // Endpoints may assign the same Tunnel ID: the NAT's port tells which of them is meant.
    const owner = owners.find(({ reply }) =>
      cluster.copies(cluster.nat?.outside, reply).some((p) =>
        p.source === packet.destination && p.sourcePort === packet.destinationPort
      )
    );
    return owner === undefined ? [] : [{ packet, owner }];
  });
  return some(owned, what);
}

/** Seconds in which a punctual NAT has passed a packet on. */
const PASSED_ON = 0.05;

/** Fails unless each packet reaches the endpoint that its tunnel is with, its octets unchanged. */
const reachesOwn = (
  cluster: Cluster,
  found: readonly { packet: L2tpPacket; owner: ReturnType<Cluster["replies"]>[number] }[],
  what: string,
) =>
  gravestOf(found, what, ({ packet, owner: { endpoint } }) => {
    // What came as the captures ended may still be under way.
    const late = toleranceOf(cluster.evidence, cluster.nat?.node ?? "") / 1000;
    if (!isFollowedBy(cluster, packet.time + PASSED_ON + late)) return undefined;
    const there = cluster.copies(endpoint.inside, packet).some((p) =>
      isSameMessage(p, packet) && endpoint.insideAddresses.includes(p.destination)
    );
    return there
      ? undefined
      : fail(`${what} at ${endpoint.node}`, "it does not come there", frameRefs(packet));
  });

/** Lookup and lifetime of rows. */
export const TABLE_1_LOOKUP: Section<TunnelClusterOverrides> = {
  title: "Messages 110 and 112: rows of Table 1 that are looked up",
  checks: [
    kit.testCase({
      name: "nat/ports_apart",
      title: "Tunnels of one initiator's port to two endpoints have different ports at the NAT",
      covers: ["TCL-030"],
      judges: ["nat"],
      on: [manyTunnels.nat],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const inside = repliesAtNat(cluster);
        const left = leavingNat(cluster).filter(({ type }) => type === SCCRP).flatMap((packet) => {
          const before = inside.find((p) => p.octets === packet.octets);
          return before === undefined ? [] : [{ packet, before }];
        });
        const toTwo = left.some((a) =>
          left.some((b) => isToSame(a.packet, b.packet) && a.before.source !== b.before.source)
        );
        return toTwo ? left : inconclusive("no port of an initiator has tunnels to two endpoints");
      },
      judge(facts, left, evidence) {
        const closing = closingOf(clusterOf(facts, evidence));
        return gravestOf(left, "SCCRP", (a, i) => {
          // The port of a row that is over may be given to another.
          const other = left.slice(0, i).find((b) =>
            isToSame(a.packet, b.packet) && a.packet.source === b.packet.source &&
            a.packet.sourcePort === b.packet.sourcePort &&
            a.before.source !== b.before.source && a.packet.time - b.packet.time < closing
          );
          return other && fail(
            "a port for each endpoint",
            `${a.packet.sourcePort} for ${other.before.source} and ${a.before.source}`,
            frameRefs(other.packet, a.packet),
          );
        });
      },
    }),
    kit.testCase({
      name: "nat/own_endpoint",
      title: "Each tunnel's SCCCN reaches the endpoint that the tunnel is with, unchanged",
      covers: ["TCL-031", "TCL-037"],
      judges: ["nat"],
      on: [manyTunnels.nat, equalIds.nat, otherPorts],
      needs: PACKETS,
      stimulus: (facts, evidence) =>
        cameFor(
          clusterOf(facts, evidence),
          "SCCCN at the NAT",
          ({ type }) => type === MessageType.SCCCN,
        ),
      judge: (facts, found, evidence) => reachesOwn(clusterOf(facts, evidence), found, "SCCCN"),
    }),
    kit.testCase({
      name: "nat/data_to_own_endpoint",
      title: "Data reaches the endpoint that Table 1 names, packet after packet",
      covers: ["TCL-049"],
      judges: ["nat"],
      on: [manyTunnels.nat, bothEnds.nat, otherPorts],
      needs: PACKETS,
      stimulus: (facts, evidence) =>
        cameFor(clusterOf(facts, evidence), "data of a tunnel at the NAT", isData),
      judge: (facts, found, evidence) => reachesOwn(clusterOf(facts, evidence), found, "data"),
    }),
    kit.testCase({
      name: "nat/no_stranger",
      title: "A packet from outside that matches no row goes nowhere",
      covers: ["TCL-033"],
      judges: ["nat"],
      on: [strays],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { nat } = cluster;
        if (translatedReplies(cluster).length === 0) {
          return inconclusive("no translated SCCRP was captured");
        }
        return some(
          cluster.of(nat?.outside, "HELLO", (p) =>
            nat!.outsideAddresses.includes(p.destination) &&
            !leavingNat(cluster).some((q) =>
              q.type === SCCRP && q.destination === p.source && q.time < p.time
            )),
          "HELLO of a stranger at the NAT",
        );
      },
      judge(facts, strange, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(strange, "HELLO", (p) =>
          isEmpty(
            cluster.copies(cluster.nat?.inside, p).filter((q) => q.source === p.source),
            "nothing of a stranger inside",
          ));
      },
    }),
    kit.testCase({
      name: "nat/no_other_port",
      title: "A packet from another port of the initiator matches no row",
      covers: ["TCL-033"],
      judges: ["nat"],
      on: [movedSource.nat],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const replies = translatedReplies(cluster);
        const strange = cluster.of(
          cluster.nat?.outside,
          "HELLO",
          (p) =>
            replies.some((r) => r.destination === p.source) &&
            !replies.some((r) => r.destination === p.source && r.destinationPort === p.sourcePort),
        );
        const right = cluster.of(
          cluster.nat?.inside,
          "HELLO",
          (p) => strange.some((s) => s.source === p.source && s.sourcePort !== p.sourcePort),
        );
        if (right.length === 0) {
          return inconclusive("no HELLO came from another port and then from the right one");
        }
        return strange;
      },
      judge(facts, strange, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(strange, "HELLO", (s) =>
          isEmpty(
            cluster.at(cluster.nat?.inside, (p) =>
              p.source === s.source && p.sourcePort === s.sourcePort),
            "nothing from another port",
          ));
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "one_port",
      title: "Uses one port for all",
      role: "nat",
      violates: "TCL-030",
      alsoViolates: [
        "TCL-031",
        "TCL-037",
        "TCL-049",
        "TCL-088",
      ],
      rules: { nat: { sharesPort: () => true } },
    }),
    ...(["TCL-031", "TCL-037"] as const).map((id, i) =>
      kit.mutant({
        name: `first_row_${i + 1}`,
        title: "Hands everything to the first row",
        role: "nat",
        violates: id,
        alsoViolates: ["TCL-031", "TCL-051", "TCL-037", "TCL-049", "TCL-088"],
        rules: {
          nat: { mappingFor: (m, all) => m.length > 0 ? all()[0] : undefined },
        },
      })
    ),
    kit.mutant({
      name: "takes_strangers",
      title: "Hands packets of strangers to the first row",
      role: "nat",
      violates: "TCL-033",
      alsoViolates: ["TCL-029", "TCL-032", "TCL-082"],
      rules: {
        nat: { mappingFor: (m, all) => m[0] ?? all()[0] },
      },
    }),
    kit.mutant({
      name: "data_in_turn",
      title: "Hands data to the first row",
      role: "nat",
      violates: "TCL-049",
      rules: {
        nat: {
          mappingFor: (m, all, payload) =>
            m.length > 0 && (payload[0] & 0x80) === 0 ? all()[0] : m[0],
        },
      },
    }),
    kit.mutant({
      name: "any_port",
      title: "Looks rows up by the address alone",
      role: "nat",
      violates: "TCL-033",
      rules: {
        nat: {
          matches: (row, from, natPort) =>
            row.farAddress === from.address && row.natPort === natPort,
        },
      },
    }),
  ],
  legalVariants: [
    kit.legalVariant({
      name: "other_ports",
      title: "Gives rows the ports of its pool from the last to the first",
      source: "source 004 L124; D4-06",
      role: "nat",
      // The last of the pool is another address.
      rules: { nat: { natPort: (free) => free.filter((port) => port !== 20_009).at(-1) } },
    }),
  ],
};

/** Whether two packets go to the same port of the same initiator. */
const isToSame = (a: L2tpPacket, b: L2tpPacket) =>
  a.destination === b.destination && a.destinationPort === b.destinationPort;
