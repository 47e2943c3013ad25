/** L117, L133, L137: a packet of a tunnel that comes in fragments passes the NAT as any other does. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import {
  type Passage,
  passagesFromInside,
  passagesOfRows,
  timeLeft,
  timesOf,
} from "../facts/nat_rows.ts";
import { natFragments } from "../scenarios/bad_input.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Seconds for which a row surely lives on. */
const SURELY = 0.1;

/** The first fragment of a packet, the taps where it leaves the NAT, and its fragments. */
interface InFragments {
  first: L2tpPacket;
  exit: readonly string[];
  pieces: number;
  /** Whether a packet has the same far end, in the same direction. */
  isFor(packet: L2tpPacket): boolean;
}

/** Fragments at a tap of the datagram whose first one a packet is. */
function piecesOf({ facts }: Cluster, first: L2tpPacket): number {
  const { capture, number } = first.frame;
  const own = facts.fragments.find(({ frame }) =>
    frame.capture === capture && frame.number === number
  );
  return facts.fragments.filter(({ tap, source, destination, identification }) =>
    tap === first.tap && source === own?.source && destination === own.destination &&
    identification === own.identification
  ).length;
}

/** Which end of a packet is the far one. */
type FarEnd = "source" | "destination";

/** Packets in fragments that came for rows which surely lived. */
function inFragments(cluster: Cluster, late: number) {
  const { nat } = cluster, times = timesOf(cluster);
  if (nat === undefined) return inconclusive("there is no NAT");
  if (isInconclusive(times)) return times;
  const of = (passages: readonly Passage[], exit: readonly string[], far: FarEnd): InFragments[] =>
    passages
      .filter((passage) => passage.packet.parted && timeLeft(passage, times) > SURELY + late)
      .map(({ packet }) => ({
        ...{ first: packet, exit, pieces: piecesOf(cluster, packet) },
        isFor: (other: L2tpPacket) =>
          other[far] === packet[far] && other[`${far}Port`] === packet[`${far}Port`],
      }))
      .filter(({ pieces }) => pieces > 1);
  const outward = of(passagesFromInside(cluster), nat.outside, "destination");
  const inward = of(passagesOfRows(cluster), nat.inside, "source");
  return outward.length > 0 && inward.length > 0
    ? [...outward, ...inward]
    : inconclusive("fragments for a row of the NAT did not come from both sides");
}

/** Whether a packet left the NAT, in one piece or in as many as there were. */
function hasLeft(cluster: Cluster, { first, exit, pieces, isFor }: InFragments): boolean {
  return cluster.at(exit, (p) => isFor(p) && p.octets.startsWith(first.octets)).some((p) =>
    p.parted ? piecesOf(cluster, p) >= pieces : p.octets.length > first.octets.length
  );
}

/** Loses what comes from initiators in more octets than a small datagram has. */
const SMALL = 576;

/** Fragments at the NAT. */
export const NAT_FRAGMENTS: Section<TunnelClusterOverrides> = {
  title: "L117, L133, L137: packets in fragments at the NAT",
  checks: [
    kit.testCase({
      name: "nat/fragments",
      title: "A packet of a tunnel that comes in fragments passes the NAT, in either direction",
      covers: ["TCL-082", "TCL-088"],
      judges: ["nat"],
      on: [natFragments],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!cluster.isLab || cluster.nat === undefined) {
          return inconclusive("there is no NAT of a lab");
        }
        return inFragments(cluster, toleranceOf(evidence, cluster.nat.node) / 1000);
      },
      judge(facts, found, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(
          found,
          "packet in fragments",
          (packet) =>
            hasLeft(cluster, packet) ? undefined : fail(
              `${
                formatPacket(packet.first)
              } in ${packet.pieces} fragments sent on, in whatever pieces`,
              "it is not, or not as it came",
              frameRefs(packet.first),
            ),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "assembles_nothing",
      title: "Puts no fragments of endpoints together",
      role: "nat",
      violates: "TCL-082",
      alsoViolates: ["TCL-088"],
      rules: { nat: { assembles: false } },
    }),
    kit.mutant({
      name: "loses_large_inward",
      title: "Loses what initiators send in more than a small datagram",
      role: "nat",
      violates: "TCL-088",
      alsoViolates: ["TCL-082"],
      rules: { wire: { ingress: (packet) => packet.length > SMALL ? undefined : packet } },
    }),
  ],
};
