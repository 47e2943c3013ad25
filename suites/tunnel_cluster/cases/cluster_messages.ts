/** D4-09, D4-13, D4-14: the messages within the cluster, whenever a device sends them. */
import { ClusterMessage, LENGTH, OFFSET } from "../../../captures/wire/tunnel_cluster.ts";
import { put16, put32 } from "../../../captures/wire/octets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type Place } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { relationFault, type Said, saidBy } from "../facts/cluster_speech.ts";
import { bringUp } from "../scenarios/connection.ts";
import { changingLoads } from "../scenarios/load_sharing.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

const ROLES = ["master", "endpoint"] as const;
const { register, registerAck, report, heartbeat, vote, leave } = ClusterMessage;

function formatFault(cluster: Cluster, said: Said): PartialVerdict {
  const { place, isItsKind, messages, malformed } = said;
  const expected = `messages of ${place.node} of the declared format`;
  const wrong = messages.find(({ fault }) => fault !== undefined);
  const alien = messages.find((message) => !isItsKind(message));
  return gravest(
    malformed.length === 0
      ? undefined
      : fail(expected, `${malformed.length} that cannot be`, frameRefs(...malformed.slice(0, 4))),
    wrong && fail(expected, wrong.fault!, frameRefs(wrong)),
    alien && fail(
      `messages that ${place.node} may send, under its own number`,
      `message ${alien.message} of member ${alien.member}`,
      frameRefs(alien),
    ),
    relationFault(cluster, said),
  );
}

/** A registration begins anew: before it numbers and terms only grow. */
function numberFault(cluster: Cluster, { place, messages }: Said): PartialVerdict {
  let last: ClusterPacket | undefined, before: ClusterPacket | undefined;
  let left: ClusterPacket | undefined, first: ClusterPacket | undefined;
  const votes = new Map<number, ClusterPacket>();
  for (const message of messages) {
    if (message.message === register) last = before = left = undefined;
    if (before !== undefined && message.term < before.term) {
      return fail(`terms of ${place.node} that grow`, "one falls", frameRefs(before, message));
    }
    before = message;
    first ??= message.member === 0 ? message : undefined;
    if (first !== undefined && message.term !== first.term) {
      const expected = `one term of ${place.node}, which takes over from nobody`;
      return fail(expected, `terms ${first.term}, ${message.term}`, frameRefs(first, message));
    }
    if (message.message === leave) left = message;
    if (message.message === report) {
      if (left !== undefined) {
        const expected = `a registration of ${place.node} before it reports again`;
        return fail(expected, "a report", frameRefs(left, message));
      }
      if (last?.message === report && (message.sequence - last.sequence | 0) <= 0) {
        const actual = `${message.sequence} after ${last.sequence}`;
        return fail(`reports of ${place.node} with new numbers`, actual, frameRefs(last, message));
      }
      last = message;
    }
    if (message.message !== vote) continue;
    const other = votes.get(message.term);
    if (other !== undefined && other.destination !== message.destination) {
      const actual = `votes for ${other.destination} and ${message.destination}`;
      return fail(`one vote of ${place.node} in a term`, actual, frameRefs(other, message));
    }
    votes.set(message.term, message);
  }
  return heartbeatFault(cluster, place, messages.filter((m) => m.message === heartbeat));
}

/** Periods for which one number of a heartbeat may be told again, as to who registers. */
const REPEATED = 2;

/** Numbers of heartbeats to one member never fall within a term, nor stay the same for long. */
function heartbeatFault(
  cluster: Cluster,
  { node }: Place,
  beats: readonly ClusterPacket[],
): PartialVerdict {
  const expected = `heartbeats of ${node} with new numbers`;
  const period = cluster.number(node, "period", 1000);
  const perMember = Map.groupBy(beats, ({ destination, term }) => `${destination} ${term}`);
  return gravest(...[...perMember.values()].map((own) => {
    let first = own[0], before = own[0];
    for (const beat of own) {
      if ((beat.sequence - before.sequence | 0) < 0) {
        return fail(expected, `${beat.sequence} after ${before.sequence}`, frameRefs(before, beat));
      }
      if (beat.sequence !== first.sequence) first = beat;
      before = beat;
      if (period === undefined) continue;
      const over = (beat.time - first.time) * 1000 - REPEATED * period;
      const tolerance = toleranceOf(cluster.evidence, node);
      const verdict = judgeLimit(
        REPEATED * period,
        over,
        tolerance,
        () => fail(expected, `${beat.sequence} for ever`, frameRefs(first, beat)),
      );
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }));
}

const check = (
  role: (typeof ROLES)[number],
  name: string,
  title: string,
  id: "TCL-090" | "TCL-091",
  fault: (cluster: Cluster, said: Said) => PartialVerdict,
) =>
  kit.invariant({
    name: `${role}/${name}`,
    title,
    covers: [id],
    judges: [role],
    on: [bringUp.nat, bringUp.global, changingLoads],
    needs: PACKETS,
    subject(facts, evidence) {
      const said = saidBy(clusterOf(facts, evidence), role);
      return said.some(({ messages }) => messages.length > 1)
        ? said
        : inconclusive(`no messages of the ${role} of a lab within the cluster were captured`);
    },
    judge(facts, said, evidence) {
      const cluster = clusterOf(facts, evidence);
      return gravestOf(said, "device", (one) => fault(cluster, one));
    },
  });

/** Changes the messages that leave for the cluster. */
const saying = (change: (packet: Uint8Array) => void): TunnelClusterOverrides => ({
  wire: {
    egress(t) {
      if (t.port !== "cluster" || t.packet.length < LENGTH) return [t];
      const packet = t.packet.slice();
      change(packet);
      return [{ ...t, packet }];
    },
  },
});
const isReport = (packet: Uint8Array) => packet[OFFSET.message] === report;

/** The section. */
export const CLUSTER_MESSAGES: Section<TunnelClusterOverrides> = {
  title: "D4-09, D4-13, D4-14: messages within the cluster",
  checks: ROLES.flatMap((role) => [
    check(
      role,
      "message_format",
      "Messages within the cluster have the fields of the declared format",
      "TCL-090",
      formatFault,
    ),
    check(
      role,
      "message_numbers",
      "Numbers of reports and terms grow, and nobody votes twice in a term",
      "TCL-091",
      numberFault,
    ),
  ]),
  mutants: [
    ...ROLES.map((role) =>
      kit.mutant({
        name: "sets_unused_flags",
        title: "Sets a flag that has no meaning",
        role,
        violates: "TCL-090",
        rules: saying((packet) => packet[0] |= 8),
      })
    ),
    kit.mutant({
      name: "answers_nobody",
      title: "Says in no answer to what it is one",
      role: "master",
      violates: "TCL-090",
      alsoViolates: ["TCL-092"],
      rules: saying((packet) => {
        if (packet[OFFSET.message] === registerAck) {
          put32(packet, OFFSET.acknowledged, 0);
        }
      }),
    }),
    kit.mutant({
      name: "reports_by_one_number",
      title: "Gives every report the same number",
      role: "endpoint",
      violates: "TCL-091",
      // No master takes such reports, nor renews its lease by them.
      alsoViolates: ["TCL-075", "TCL-076", "TCL-077", "TCL-078", "TCL-095"],
      rules: saying((packet) => {
        if (isReport(packet)) put32(packet, OFFSET.sequence, 7);
      }),
    }),
    kit.mutant({
      name: "terms_fall",
      title: "Tells term 0 in every second of its heartbeats",
      role: "master",
      violates: "TCL-091",
      rules: saying((packet) => {
        const isOdd = packet[OFFSET.sequence + 3] % 2 === 1;
        if (packet[OFFSET.message] === heartbeat && isOdd) put16(packet, OFFSET.term, 0);
      }),
    }),
  ],
};
