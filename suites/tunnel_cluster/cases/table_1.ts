/** Message 108: the NAT's Table 1, and the SCCRP as it leaves. */
import { leavingNat, repliesAtNat } from "../facts/nat_traffic.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type Verdict } from "../../kit/verdict.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { type L2tpPacket } from "../facts/l2tp_packets.ts";
import { tells, type TraceFacts } from "../facts/traces.ts";
import { by, is, leaving, SCCRP } from "../packet_changes.ts";
import { addressSources, bringUp, manyTunnels, otherPorts } from "../scenarios/connection.ts";
import { kit } from "../vocabulary.ts";
import { keepsTo, PACKETS, PACKETS_AND_TRACES } from "./packet_rules.ts";

const HAS_NAT = [bringUp.nat, manyTunnels.nat, addressSources, otherPorts] as const;

/** SCCRPs that came to a NAT that tells of its rows. */
function toldReplies(cluster: Cluster) {
  const { nat, evidence } = cluster;
  if (nat === undefined) return inconclusive("there is no NAT");
  return tells(evidence, nat.node) ?? some(repliesAtNat(cluster), "SCCRP at the NAT");
}

/** The row of an SCCRP in the NAT's trace, by the ends that are not asked about. */
const rowOf = (
  traces: TraceFacts,
  cluster: Cluster,
  test: (row: TraceRecord) => boolean,
) => traces.of(cluster.nat!.node, "row").find(test);

/** Whether the far or the local end of a row is that of an SCCRP, by address. */
const isFar = (row: TraceRecord, p: L2tpPacket) => row.far_address === p.destination;
const isLocal = (row: TraceRecord, p: L2tpPacket) => row.local_address === p.source;

/** One end of a row against an SCCRP. */
interface RowEnd {
  /** Whether the other end is the SCCRP's, and its address there: by it the row is found. */
  other(row: TraceRecord, p: L2tpPacket): boolean;
  ofOther(p: L2tpPacket): string;
  /** Whether this end is. */
  own(row: TraceRecord, p: L2tpPacket): boolean;
  expected(p: L2tpPacket): string;
  actual(row: TraceRecord): string;
}

/** Fails where the row of an SCCRP has another address or port at an end. */
function judgeEnd(
  traces: TraceFacts,
  cluster: Cluster,
  replies: readonly L2tpPacket[],
  { other, ofOther, own, expected, actual }: RowEnd,
): Verdict {
  return gravestOf(replies, "SCCRP", (p) => {
    const row = rowOf(traces, cluster, (row) => other(row, p) && own(row, p)) ??
      rowOf(traces, cluster, (row) => other(row, p));
    if (row === undefined) return inconclusive(`there is no row for ${ofOther(p)}`);
    return own(row, p) ? undefined : fail(expected(p), actual(row), frameRefs(p));
  });
}

/** Table 1. */
export const TABLE_1: Section<TunnelClusterOverrides> = {
  title: "Message 108: the NAT and its Table 1",
  checks: [
    kit.testCase({
      name: "nat/row",
      title: "An SCCRP makes a row",
      covers: ["TCL-024"],
      judges: ["nat"],
      on: HAS_NAT,
      needs: PACKETS_AND_TRACES,
      stimulus: (facts, evidence) => toldReplies(clusterOf(facts, evidence)),
      judge(facts, replies, evidence) {
        const cluster = clusterOf(facts, evidence);
        const rows = facts.traces.of(cluster.nat!.node, "row");
        const other = rows.find((row) => !replies.some((p) => isFar(row, p) && isLocal(row, p)));
        return gravest(
          gravestOf(
            replies,
            "SCCRP",
            (p) =>
              rows.some((row) => isFar(row, p) && isLocal(row, p))
                ? undefined
                : fail("a row", "none", frameRefs(p)),
          ),
          other && fail(
            "rows of SCCRPs alone",
            `one of ${other.far_address} and ${other.local_address}`,
            frameRefs(...replies.slice(0, 4)),
          ),
        );
      },
    }),
    kit.testCase({
      name: "nat/far_end",
      title: "The far end of a row is the initiator's address and port",
      covers: ["TCL-025"],
      judges: ["nat"],
      on: HAS_NAT,
      needs: PACKETS_AND_TRACES,
      stimulus: (facts, evidence) => toldReplies(clusterOf(facts, evidence)),
      judge(facts, replies, evidence) {
        const cluster = clusterOf(facts, evidence);
        return judgeEnd(facts.traces, cluster, replies, {
          other: isLocal,
          own: (row, p) => isFar(row, p) && row.far_port === p.destinationPort,
          ofOther: ({ source }) => source,
          expected: (p) => `${p.destination}:${p.destinationPort}`,
          actual: (row) => `${row.far_address}:${row.far_port}`,
        });
      },
    }),
    kit.testCase({
      name: "nat/local_end",
      title: "The local end of a row is the endpoint's address and port",
      covers: ["TCL-026"],
      judges: ["nat"],
      on: HAS_NAT,
      needs: PACKETS_AND_TRACES,
      stimulus: (facts, evidence) => toldReplies(clusterOf(facts, evidence)),
      judge(facts, replies, evidence) {
        const cluster = clusterOf(facts, evidence);
        return judgeEnd(facts.traces, cluster, replies, {
          other: isFar,
          own: (row, p) => isLocal(row, p) && row.local_port === p.sourcePort,
          ofOther: ({ destination }) => destination,
          expected: (p) => `${p.source}:${p.sourcePort}`,
          actual: (row) => `${row.local_address}:${row.local_port}`,
        });
      },
    }),
    kit.testCase({
      name: "nat/own_address",
      title: "The SCCRP leaves with the NAT's address and right checksums",
      covers: ["TCL-027"],
      judges: ["nat"],
      on: HAS_NAT,
      needs: PACKETS,
      stimulus: (facts, evidence) => leftNat(clusterOf(facts, evidence)),
      judge(_, { replies, own }) {
        return gravest(
          keepsTo(
            replies,
            `${own} and right checksums`,
            (p) => p.source === own && p.checksumsRight,
          ),
        );
      },
    }),
    kit.testCase({
      name: "nat/octets_kept",
      title: "Translation changes no octet of L2TP",
      covers: ["TCL-028"],
      judges: ["nat"],
      on: HAS_NAT,
      needs: PACKETS,
      stimulus: (facts, evidence) => leftNat(clusterOf(facts, evidence)),
      judge(facts, _, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravest(
          keepsTo(
            leavingNat(cluster),
            "the octets as they came",
            (p) => cluster.copies(cluster.nat?.inside, p).length > 0,
          ),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "row_by_request",
      title: "Makes no row for an SCCRP",
      role: "nat",
      violates: "TCL-024",
      alsoViolates: ["TCL-027", "TCL-028", "TCL-040"],
      rules: { nat: { createsMapping: () => false } },
    }),
    kit.mutant({
      name: "far_port_1701",
      title: "Takes the far port for another",
      role: "nat",
      violates: "TCL-025",
      alsoViolates: ["TCL-051", "TCL-031", "TCL-032", "TCL-037", "TCL-049", "TCL-088"],
      rules: {
        nat: { farPort: () => 1702 },
      },
    }),
    kit.mutant({
      name: "local_port_of_its_own",
      title: "Takes the local port for another",
      role: "nat",
      violates: "TCL-026",
      alsoViolates: ["TCL-051", "TCL-032"],
      rules: {
        nat: { localPort: () => 1702 },
      },
    }),
    kit.mutant({
      name: "another_address",
      title: "Sends replies from another address",
      role: "nat",
      violates: "TCL-027",
      alsoViolates: ["TCL-051", "TCL-030", "TCL-031", "TCL-037", "TCL-088"],
      rules: leaving(is(SCCRP), by("spare")),
    }),
    kit.mutant({
      name: "changes_octets",
      title: "Changes the last octet of what it translates",
      role: "nat",
      violates: "TCL-028",
      alsoViolates: ["TCL-031", "TCL-032", "TCL-037", "TCL-049", "TCL-088"],
      rules: {
        nat: {
          translated(payload) {
            const out = payload.slice();
            out[out.length - 1] ^= 1;
            return out;
          },
        },
      },
    }),
  ],
};

/** SCCRPs that left the NAT; inconclusive where none came to it. */
function leftNat(cluster: Cluster) {
  const own = cluster.nat?.outsideAddresses[0];
  if (own === undefined) return inconclusive("there is no NAT whose address is known");
  if (repliesAtNat(cluster).length === 0) return inconclusive("no SCCRP came to the NAT");
  const replies = leavingNat(cluster).filter(({ type }) => type === SCCRP);
  return replies.length > 0
    ? { replies, own }
    : inconclusive("no SCCRP that left the NAT was captured");
}
