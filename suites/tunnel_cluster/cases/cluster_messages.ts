/** D4-09, D4-13, D4-14: the messages within the cluster, whenever a device sends them. */
import { ClusterMessage, LENGTH, OFFSET } from "../../../captures/wire/tunnel_cluster.ts";
import { put16, put32 } from "../../../captures/wire/octets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type Place } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { bringUp } from "../scenarios/connection.ts";
import { changingLoads } from "../scenarios/load_sharing.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

const ROLES = ["master", "endpoint"] as const;
const { register, registerAck, report, heartbeat, deactivate, activate, vote } = ClusterMessage;
/** What a master that is no endpoint sends. */
const OF_MASTERS: readonly number[] = [registerAck, heartbeat, deactivate, activate];

/** What a device of the lab sent, as its own tap shows it. */
interface Said {
  place: Place;
  /** Whether a message is one that such a device sends, under its own number. */
  isItsKind(message: ClusterPacket): boolean;
  messages: readonly ClusterPacket[];
  /** Those that cannot be read. */
  malformed: Cluster["facts"]["malformed"];
}

/** In captures alone anybody may have put an endpoint's address on a message. */
function saidBy(cluster: Cluster, role: (typeof ROLES)[number]): Said[] {
  const { endpoints, master, isLab } = cluster;
  if (!isLab) return [];
  const places = role === "endpoint"
    ? endpoints.map((place) => ({
      place,
      isItsKind: ({ member }: ClusterPacket) => member === place.member,
    }))
    : master === undefined
    ? []
    : [{
      place: master,
      isItsKind: ({ message, member }: ClusterPacket) =>
        member === 0 && OF_MASTERS.includes(message),
    }];
  return places.flatMap(({ place, isItsKind }) => {
    const isOwn = ({ source }: { source: string }) => place.insideAddresses.includes(source);
    const messages = cluster.messages(place.inside).filter(isOwn);
    const malformed = cluster.facts.malformed.filter((one) =>
      isOwn(one) && place.inside.includes(one.tap)
    );
    return messages.some(isItsKind) ? [{ place, isItsKind, messages, malformed }] : [];
  });
}

function formatFault({ place, isItsKind, messages, malformed }: Said): PartialVerdict {
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
  );
}

/** A registration begins anew: before it numbers and terms only grow. */
function numberFault({ place, messages }: Said): PartialVerdict {
  let last: ClusterPacket | undefined, before: ClusterPacket | undefined;
  const votes = new Map<number, ClusterPacket>();
  for (const message of messages) {
    if (message.message === register) last = before = undefined;
    if (before !== undefined && message.term < before.term) {
      return fail(`terms of ${place.node} that grow`, "one falls", frameRefs(before, message));
    }
    before = message;
    if (message.message === report) {
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
  return undefined;
}

const check = (
  role: (typeof ROLES)[number],
  name: string,
  title: string,
  id: "TCL-090" | "TCL-091",
  fault: (said: Said) => PartialVerdict,
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
    judge: (_, said) => gravestOf(said, "device", fault),
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
      alsoViolates: ["TCL-075", "TCL-076", "TCL-077", "TCL-078"],
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
