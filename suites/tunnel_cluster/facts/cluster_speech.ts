/**
 * What the devices of a lab say within the cluster, each at its own tap, and whether it answers to
 * what had come to them.
 */
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import { fail, gravestOf, type PartialVerdict, type Verdict } from "../../kit/verdict.ts";
import type { Cluster, Place } from "./cluster.ts";
import type { ClusterPacket } from "./cluster_messages.ts";

const { register, registerAck, report, heartbeat, deactivate, activate, claim, vote } =
  ClusterMessage;
/** What a master that is no endpoint sends, and what one sends that is. */
const OF_MASTERS: readonly number[] = [registerAck, heartbeat, deactivate, activate];
/** Heartbeats of which a report may acknowledge any: one may have come while it was written. */
const RECENT = 3;

/** What a device of the lab sent, as its own tap shows it. */
export interface Said {
  place: Place;
  /** Whether a message is one that such a device sends, under its own number. */
  isItsKind(message: ClusterPacket): boolean;
  messages: readonly ClusterPacket[];
  /** What came to it. */
  heard: readonly ClusterPacket[];
  /** Those that cannot be read. */
  malformed: Cluster["facts"]["malformed"];
}

/** What the devices of a role said. In captures alone anybody may have put an address on a message. */
export function saidBy(cluster: Cluster, role: "master" | "endpoint"): Said[] {
  const { endpoints, master, isLab } = cluster;
  if (!isLab) return [];
  const places = role === "endpoint" ? endpoints : master === undefined ? [] : [master];
  return places.flatMap((place) => {
    const isOwn = ({ source }: { source: string }) => place.insideAddresses.includes(source);
    const all = cluster.messages(place.inside);
    const messages = all.filter(isOwn);
    const heard = all.filter((message) => !isOwn(message));
    const malformed = cluster.facts.malformed.filter((one) =>
      isOwn(one) && place.inside.includes(one.tap)
    );
    const isItsKind = kindOf(place, messages);
    return messages.some(isItsKind) ? [{ place, isItsKind, messages, heard, malformed }] : [];
  });
}

/** An endpoint says what masters say in terms alone in which it stood for master. */
function kindOf(
  place: Place & { member?: number },
  messages: readonly ClusterPacket[],
): Said["isItsKind"] {
  if (place.member === undefined) {
    return ({ message, member }) => member === 0 && OF_MASTERS.includes(message);
  }
  const terms = new Set(
    messages.filter(({ message }) => message === claim).map(({ term }) => term),
  );
  return ({ message, member, term }) =>
    member === place.member && (!OF_MASTERS.includes(message) || terms.has(term));
}

/** Whether an endpoint had the votes of most members, its own included, when it was master first. */
export function wasElected(cluster: Cluster, place: Place, { term, time }: ClusterPacket): boolean {
  const votes = cluster.messages(place.inside, "vote").filter((m) =>
    m.term === term && m.time <= time && place.insideAddresses.includes(m.destination)
  );
  return new Set(votes.map(({ member }) => member)).size + 1 > cluster.endpoints.length / 2;
}

/** Fails where a message tells of something that was not so: an answer to nothing, a strange address. */
export function relationFault(cluster: Cluster, { place, messages, heard }: Said): PartialVerdict {
  const asked = new Map<string, number>();
  const keyOf = (kind: number, address: string, number: number) => `${kind} ${address} ${number}`;
  for (const { message, source, sequence, time } of heard) {
    const key = keyOf(message, source, sequence);
    if (!asked.has(key)) asked.set(key, time);
  }
  const isAsked = (kind: number, { destination, acknowledged, time }: ClusterPacket) =>
    (asked.get(keyOf(kind, destination, acknowledged)) ?? Infinity) <= time;
  const lastBeats = followBeats(cluster, place, heard);
  const broken = (expected: string, actual: string, message: ClusterPacket): Verdict =>
    fail(`${expected} of ${place.node}`, actual, frameRefs(message));
  const isDeaf = cluster.instructions("fail", place.node).length > 0;
  return gravestOf(messages, "message", (m) => {
    const { source, acknowledged: number } = m;
    switch (m.message) {
      case registerAck:
        return isAsked(register, m)
          ? undefined
          : broken("an answer to a registration", `one to number ${number}`, m);
      case vote:
        return isAsked(claim, m)
          ? undefined
          : broken("a vote for a claim", `one for number ${number} in term ${m.term}`, m);
      case register:
        return m.localAddress === undefined || place.insideAddresses.includes(m.localAddress)
          ? undefined
          : broken(`a registration of ${source}`, `one of ${m.localAddress}`, m);
      case report: {
        const last = isDeaf ? undefined : lastBeats(m);
        return last === undefined || last.has(`${m.term} ${number}`)
          ? undefined
          : broken("the last heartbeat", `number ${number} in term ${m.term}`, m);
      }
    }
    return undefined;
  });
}

/** Heartbeats that are looked back at: more than come while the lab is late. */
const LOOKED_AT = 64;

/**
 * Terms and numbers of the heartbeats that a report may acknowledge; undefined when none had come.
 * Reports are asked about in the order of their time.
 */
function followBeats(
  { evidence }: Cluster,
  { node }: Place,
  heard: readonly ClusterPacket[],
): (report: ClusterPacket) => Set<string> | undefined {
  const late = toleranceOf(evidence, node) / 1000;
  const beats = heard.filter(({ message }) => message === heartbeat);
  let come = 0;
  return ({ time, term }) => {
    while (come < beats.length && beats[come].time <= time) come++;
    if (come === 0) return undefined;
    const own = beats.slice(Math.max(0, come - LOOKED_AT), come).filter((h) => h.term >= term);
    // The last that it must have known of, however many have come since, as of a new master.
    const known = own.findLastIndex((h) => h.time <= time - late);
    const first = Math.max(0, Math.min(known, own.length - RECENT));
    const may = new Set(own.slice(first).map((h) => `${h.term} ${h.sequence}`));
    if (beats[0].time > time - late) may.add(`${term} 0`);
    return may;
  };
}
