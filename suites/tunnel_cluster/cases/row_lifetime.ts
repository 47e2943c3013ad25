/** How long rows of Table 1 live (D4-07). */
import {
  closingOf,
  CROSSING,
  isFollowed,
  isThrough,
  type Passage,
  passagesOfRows,
  type RowTimes,
  timeLeft,
  timesOf,
} from "../facts/nat_rows.ts";
import { leavingNat, translatedReplies } from "../facts/nat_traffic.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeUnaware, toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravest,
  gravestOf,
  inconclusive,
  isInconclusive,
  pass,
  tooLateToTell,
} from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { type L2tpPacket } from "../facts/l2tp_packets.ts";
import { rowLifetime, rowShared } from "../scenarios/scripted.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Seconds around the declared time of a row in which either is right, however punctual the lab. */
const DOUBT = 0.1;

/** Whether there are packets for rows that are over, that are closing, and that never idled long. */
function isEnough(passages: readonly Passage[], times: RowTimes): boolean {
  const over = passages.filter((passage) => timeLeft(passage, times) < 0);
  const living = passages.filter((passage) => timeLeft(passage, times) > 0);
  return over.length > 1 &&
    living.some(({ packet, row }) => row.closed < packet.time) &&
    living.some(({ packet, row }) =>
      row.closed === Infinity && packet.time - row.made > times.idle
    );
}

/** How long rows live. */
export const ROW_LIFETIME: Section<TunnelClusterOverrides> = {
  title: "Lifetime of rows of Table 1",
  checks: [
    kit.testCase({
      name: "nat/row_lifetime",
      title: "A row lives as long as declared: past a StopCCN, without a packet, and with a tunnel",
      covers: ["TCL-032"],
      judges: ["nat"],
      on: [rowLifetime],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const times = timesOf(cluster);
        if (isInconclusive(times)) return times;
        const late = toleranceOf(evidence, cluster.nat?.node ?? "") / 1000;
        const passages = passagesOfRows(cluster).filter((passage) =>
          isFollowed(cluster, passage, CROSSING + late)
        );
        return isEnough(passages, times) ? { passages, times } : inconclusive(
          "no packets were captured for rows that are over, closing, and older than they may idle",
        );
      },
      judge(facts, { passages, times }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const late = toleranceOf(evidence, cluster.nat!.node) / 1000;
        const clear = passages.filter((passage) =>
          Math.abs(timeLeft(passage, times)) > DOUBT + late
        );
        return gravest(
          clear.length === 0 ? undefined : gravestOf(clear, "packet for a row", (passage) => {
            const lives = timeLeft(passage, times) > 0;
            if (lives === isThrough(cluster, passage, late)) return undefined;
            const words = ["nothing, as its row is over", "the packet, as its row lives"];
            const { packet } = passage;
            return fail(words[Number(lives)], words[Number(!lives)], frameRefs(packet));
          }),
          isEnough(clear, times)
            ? undefined
            : tooLateToTell("packets came so near to the end of their rows that either was right"),
        );
      },
    }),
    kit.testCase({
      name: "nat/shared_row",
      title: "A row that two tunnels share outlives the first of them that ends",
      covers: ["TCL-032"],
      judges: ["nat"],
      on: [rowShared],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { nat } = cluster, closing = closingOf(cluster);
        for (const stop of cluster.of(nat?.outside, "StopCCN")) {
          const isOwn = (p: L2tpPacket) =>
            p.source === stop.source && p.sourcePort === stop.sourcePort;
          const replies = translatedReplies(cluster).filter((p) =>
            p.destination === stop.source && p.destinationPort === stop.sourcePort
          );
          const shared = replies.some((p) => p.assigned === stop.tunnelId) &&
            replies.some((p) => p.assigned !== stop.tunnelId) &&
            new Set(replies.map(({ sourcePort }) => sourcePort)).size === 1;
          const hello = cluster.of(nat?.outside, "HELLO", (p) =>
            isOwn(p) && p.tunnelId !== stop.tunnelId && p.time - stop.time > closing)[0];
          if (shared && hello !== undefined) {
            return { stop, hello };
          }
        }
        return inconclusive("no HELLO came in the second of two tunnels with one row");
      },
      judge(facts, { stop, hello }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const answered = leavingNat(cluster).some((p) =>
          p.destination === hello.source && p.nr === hello.ns + 1 && p.time >= hello.time
        );
        if (!answered) {
          return fail("HELLO of the other tunnel answered", "it is not", frameRefs(stop, hello));
        }
        // A row that ends with the first tunnel may have ended later than that.
        const over = hello.time - stop.time - closingOf(cluster);
        return judgeUnaware(over * 1000, toleranceOf(evidence, cluster.nat!.node), () => pass);
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "rows_for_ever",
      title: "Keeps rows for ever",
      role: "nat",
      violates: "TCL-032",
      rules: {
        nat: { expires: () => false },
      },
    }),
    kit.mutant({
      name: "ignores_end",
      title: "Keeps the row of a closed tunnel as long as any",
      role: "nat",
      violates: "TCL-032",
      rules: {
        nat: { expires: (row, now, _closing, idle) => now - row.usedAt > idle },
      },
    }),
    kit.mutant({
      name: "closes_for_all",
      title: "Closes a row with the first of its tunnels",
      role: "nat",
      violates: "TCL-032",
      alsoViolates: ["TCL-088"],
      rules: {
        nat: { closes: () => true },
      },
    }),
    kit.mutant({
      name: "impatient",
      title: "Drops the row of a tunnel that is silent for a moment",
      role: "nat",
      violates: "TCL-032",
      alsoViolates: ["TCL-031", "TCL-033", "TCL-037", "TCL-049", "TCL-088"],
      rules: {
        nat: { expires: (row, now) => now - row.usedAt > 250 },
      },
    }),
  ],
};
