/** Messages 108, 112 and 116, and data: each packet passes the NAT once, both ways, none besides. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { parseIpv4 } from "../../../captures/wire/address.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { Transmission } from "../../../peers/machine.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { type NatCrossing, natCrossing, type NatWay } from "../facts/nat_crossings.ts";
import { carriesData, is, SCCRP } from "../packet_changes.ts";
import { bothEnds, bringUp, manyTunnels, otherPorts } from "../scenarios/connection.ts";
import { followers } from "../scenarios/interworking.ts";
import { ADDRESS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

const WORDS = {
  outward: { from: "the endpoints", exit: "outside" },
  inward: { from: "the initiators", exit: "inside" },
} as const;

/** Frames of a fault that are shown. */
const SHOWN = 4;

const crossesOnce = (way: NatWay) =>
  kit.invariant({
    name: `nat/${way}_once`,
    title: `What ${
      WORDS[way].from
    } send in tunnels passes the NAT once and unchanged, nothing else`,
    covers: ["TCL-088"],
    judges: ["nat"],
    on: [bringUp.nat, manyTunnels.nat, bothEnds.nat, otherPorts],
    needs: PACKETS,
    subject: (facts, evidence) => crossingOf(clusterOf(facts, evidence), way, evidence),
    judge: (facts, crossing, evidence) =>
      judgeCrossing(clusterOf(facts, evidence), crossing, WORDS[way], evidence),
  });

function judgeCrossing(
  cluster: Cluster,
  { required, missing, doubled, invented, ruined, marked }: NatCrossing,
  { from, exit }: { from: string; exit: string },
  { stimuli }: Evidence,
) {
  const all = `each of ${required.length} packets of tunnels leaves the NAT ${exit}`;
  const disturbed = stimuli.some(({ kind, node }) =>
    kind === "link" || kind === "kill" && node === cluster.nat?.node
  );
  return gravest(
    missing.length === 0
      ? undefined
      : disturbed
      ? inconclusive(`${missing.length} packets may have been lost with a link or the NAT`)
      : fail(
        `${all} as it came`,
        `${missing.length} do not${
          invented.length > 0 ? `, and ${invented.length} others do` : ""
        }`,
        [...missing.slice(0, SHOWN), ...invented.slice(0, 1)],
      ),
    invented.length === 0 || missing.length > 0 ? undefined : fail(
      `nothing else leaves the NAT ${exit}`,
      `${invented.length} packets do that ${from} did not send`,
      invented.slice(0, SHOWN),
    ),
    doubled.length === 0 ? undefined : fail(
      `${all} once`,
      `${doubled.length} leave once more`,
      doubled.slice(0, SHOWN),
    ),
    ruined.length === 0 ? undefined : fail(
      "right checksums of IPv4 and UDP",
      `${ruined.length} packets have a wrong one`,
      ruined.slice(0, SHOWN),
    ),
    marked.length === 0 ? undefined : fail(
      "the differentiated services codepoint as it came",
      `${marked.length} packets have another`,
      marked.slice(0, SHOWN),
    ),
  );
}

/** What crosses a NAT of a lab in one direction; inconclusive where nothing had to. */
function crossingOf(cluster: Cluster, way: NatWay, evidence: Evidence) {
  const { nat } = cluster;
  // With captures alone nobody knows whether both sides were captured all the time.
  if (!cluster.isLab || nat === undefined) return inconclusive("there is no NAT of a lab");
  const crossing = natCrossing(cluster, way, toleranceOf(evidence, nat.node) / 1000);
  return crossing.required.length > 0
    ? crossing
    : inconclusive("no packet for a row of the NAT was captured");
}

const keepsPort = kit.invariant({
  name: "nat/row_keeps_port",
  title: "What leaves by a row leaves from one address and port, replies that are sent again too",
  covers: ["TCL-051"],
  judges: ["nat"],
  on: [bringUp.nat, bothEnds.nat, otherPorts, followers],
  needs: PACKETS,
  subject: (facts, evidence) => crossingOf(clusterOf(facts, evidence), "outward", evidence),
  judge: (_, { moved }) =>
    moved.length === 0 ? gravest() : fail("one address and port of the NAT", "another one", moved),
});

/** Makes of every second packet of data what `change` says. */
function ofTwo<T>(isData: (packet: T) => boolean, change: (packet: T) => T[]) {
  let count = 0;
  return (packet: T): T[] => isData(packet) && ++count % 2 === 0 ? change(packet) : [packet];
}

/** Whether an IPv4 datagram without options carries data of L2TP. */
const holdsData = (datagram: Uint8Array) =>
  datagram[9] === IP_PROTOCOL.UDP && datagram.length > 29 && (datagram[28] & 0x80) === 0;

/** Where the UDP checksum stands in an IPv4 datagram without options. */
const UDP_CHECKSUM = 26;

function withWrongChecksum(datagram: Uint8Array): Uint8Array {
  const out = datagram.slice();
  put16(out, UDP_CHECKSUM, 0x1234);
  return out;
}

function withOtherCodepoint(datagram: Uint8Array): Uint8Array {
  const out = datagram.slice();
  out[1] = 46 << 2;
  out.set([0, 0], 10);
  put16(out, 10, checksum(out, viewOf(out), 0, 20));
  return out;
}

/** The same data for the master. */
function forMaster(datagram: Uint8Array): Uint8Array {
  const out = withOtherCodepoint(datagram);
  out[1] = datagram[1];
  out.set(parseIpv4(ADDRESS.masterLocal), 16);
  out.set([0, 0], UDP_CHECKSUM);
  out.set([0, 0], 10);
  put16(out, 10, checksum(out, viewOf(out), 0, 20));
  return out;
}

function withOtherData(t: Transmission): Transmission {
  const packet = t.packet.slice();
  packet[packet.length - 1] ^= 0xff;
  return { ...t, packet };
}

const outward = (change: (t: Transmission) => Transmission[]): TunnelClusterOverrides => ({
  wire: { egress: ofTwo(carriesData, change) },
});
const inward = (change: (datagram: Uint8Array) => Uint8Array[]): TunnelClusterOverrides => ({
  wire: { lanEgress: ofTwo(holdsData, change) },
});

/** Faults of a NAT by name: what it does, and the rules that do it. */
const FAULTS: Readonly<Record<string, readonly [string, TunnelClusterOverrides]>> = {
  loses_half_outward: ["Loses half of the data for initiators", outward(() => [])],
  doubles_outward: ["Sends half of the data for initiators twice", outward((t) => [t, t])],
  changes_outward: [
    "Changes the last octet of half of the data for initiators",
    outward((t) => [withOtherData(t)]),
  ],
  invents_outward: [
    "Sends data of its own after half of the data for initiators",
    outward((t) => [t, withOtherData(t)]),
  ],
  loses_half_inward: ["Loses half of the data for endpoints", inward(() => [])],
  loses_ends_of_calls: [
    "Loses every CDN for endpoints",
    {
      wire: {
        lanEgress: (d) => messageTypeOf(d.subarray(28)) === MessageType.CDN ? [] : [d],
      },
    },
  ],
  doubles_inward: ["Sends half of the data for endpoints twice", inward((d) => [d, d])],
  marks_inward: [
    "Marks half of the data for endpoints as expedited",
    inward((d) => [withOtherCodepoint(d)]),
  ],
  copies_to_master: [
    "Sends copies of half of the data for endpoints to the master",
    inward((d) => [d, forMaster(d)]),
  ],
  ruins_checksums: [
    "Leaves the UDP checksum of half of the data for endpoints wrong",
    inward((d) => [withWrongChecksum(d)]),
  ],
};

/** Faults of what a NAT makes of codepoints outside. */
const MARKS: Readonly<Record<string, readonly [string, TunnelClusterOverrides]>> = {
  marks_outward: [
    "Marks half of the data for initiators as expedited",
    outward((t) => [{ ...t, dscp: t.dscp === 0 ? 46 : t.dscp }]),
  ],
  clears_marks_outward: [
    "Clears the codepoint of what goes to initiators",
    { nat: { codepoint: () => 0 } },
  ],
};

/** Sends what it sent before by another port. */
function onceBy(port: string) {
  const sent = new WeakMap<object, Set<string>>();
  return function (this: object, t: Transmission): Transmission[] {
    const before = sent.get(this) ?? new Set();
    sent.set(this, before);
    const key = t.packet.toHex();
    if (is(SCCRP)(t) && before.has(key)) return [{ ...t, port }];
    before.add(key);
    return [t];
  };
}

/** The section. */
export const NAT_CROSSING: Section<TunnelClusterOverrides> = {
  title: "Messages 108, 112 and 116, and data: through the NAT once, unchanged",
  checks: [crossesOnce("outward"), crossesOnce("inward"), keepsPort],
  mutants: [
    ...Object.entries(FAULTS).map(([name, [title, rules]]) =>
      kit.mutant({
        name,
        title,
        role: "nat",
        violates: "TCL-088",
        alsoViolates: ["TCL-028", "TCL-032", "TCL-049"],
        rules,
      })
    ),
    ...Object.entries(MARKS).map(([name, [title, rules]]) =>
      kit.mutant({ name, title, role: "nat", violates: "TCL-088", rules })
    ),
    kit.mutant({
      name: "moves_repeated_replies",
      title: "Sends an SCCRP that comes again by another port",
      role: "nat",
      violates: "TCL-051",
      rules: { wire: { egress: onceBy("wan20003") } },
    }),
  ],
};
