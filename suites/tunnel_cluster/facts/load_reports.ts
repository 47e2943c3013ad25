/**
 * What a master could know of its endpoints when it chose one: their loads and whether they serve, by
 * the messages at its tap on the cluster's network.
 */
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Cluster } from "./cluster.ts";
import { type ClusterPacket, FULL_LOAD } from "./cluster_messages.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";

/** Milliseconds for which a report counts where nothing declares how long. */
const UNDECLARED_SILENCE = 1000;

/** What was known of one endpoint at a moment. Loads in hundredths of a per cent. */
export interface KnownLoad {
  member: number;
  /**
   * The least and the most that may be held for its load: as reported, with what was forwarded to it
   * since, and either of two reports where one came so late that the choice may have been made.
   */
  low: number;
  high: number;
  /** The load as last reported, and what was forwarded since that counts as load. */
  load: number;
  more: number;
  last: ClusterPacket;
  /** Whether it surely takes tunnels: it reports, and has not stepped back or been inactivated. */
  serves: boolean;
}

/** Milliseconds within which the master of the evidence may have been late. */
export function masterTolerance({ evidence, master }: Cluster): number {
  return toleranceOf(evidence, ...(master === undefined ? [] : [master.node]));
}

/** Milliseconds after which a silent endpoint is out of service, as the master declares. */
export function silenceOf(cluster: Cluster): number | undefined {
  return cluster.master && cluster.number(cluster.master.node, "silence", 3000);
}

/** Requests as the master sent them on, each the first time only. */
export function choices(cluster: Cluster): L2tpPacket[] {
  const seen = new Set<string>();
  return cluster.forwarded().filter(({ source, sourcePort, octets }) => {
    const key = `${source}:${sourcePort} ${octets}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What came to a master and what it sent on, in the order of its tap. */
interface MasterLog {
  byMember: ReadonlyMap<number, readonly ClusterPacket[]>;
  registrations: ReadonlyMap<number, readonly ClusterPacket[]>;
  orders: readonly ClusterPacket[];
  /** Times of forwarded requests by destination. */
  forwarded: ReadonlyMap<string, readonly number[]>;
}

const logs = new WeakMap<Cluster, MasterLog>();

function logOf(cluster: Cluster): MasterLog {
  let found = logs.get(cluster);
  if (found !== undefined) return found;
  const { activate, deactivate, register } = ClusterMessage;
  const messages = cluster.messages(cluster.master?.inside);
  const forwarded = Map.groupBy(cluster.forwarded(), ({ destination }) => destination);
  found = {
    byMember: Map.groupBy(messages.filter(({ member }) => member > 0), ({ member }) => member),
    registrations: Map.groupBy(
      messages.filter(({ message }) => message === register),
      ({ member }) => member,
    ),
    orders: messages.filter(({ message }) => message === activate || message === deactivate),
    forwarded: new Map(
      [...forwarded].map(([to, packets]) => [to, packets.map(({ time }) => time)]),
    ),
  };
  logs.set(cluster, found);
  return found;
}

/** How many of some things in the order of time were before a moment, or also at it. */
function countUntil<T>(
  items: readonly T[],
  time: number,
  timeOf: (item: T) => number,
  alsoAt = true,
): number {
  let low = 0, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1, own = timeOf(items[middle]);
    if (own < time || alsoAt && own === time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const timeOf = ({ time }: ClusterPacket) => time;

/** What was known of every member that had said its load when a request was forwarded. */
export function loadsAt(cluster: Cluster, { time }: L2tpPacket): KnownLoad[] {
  const { byMember } = logOf(cluster);
  return [...byMember].sort(([a], [b]) => a - b).flatMap(([member, own]) =>
    knownLoad(cluster, member, own, time) ?? []
  );
}

function knownLoad(
  cluster: Cluster,
  member: number,
  own: readonly ClusterPacket[],
  time: number,
): KnownLoad | undefined {
  const tolerance = masterTolerance(cluster) / 1000;
  const isLoad = ({ load }: ClusterPacket) => load >= 0 && load <= FULL_LOAD;
  const until = countUntil(own, time, timeOf);
  // The last that surely was known, and those that came so late that they may not have been.
  const counted: ClusterPacket[] = [];
  for (let i = until - 1; i >= 0; i--) {
    if (!isLoad(own[i])) continue;
    counted.unshift(own[i]);
    if (own[i].time < time - tolerance) break;
  }
  const last = counted.at(-1);
  if (last === undefined) return undefined;
  const address = cluster.localAddresses.get(member);
  const times = logOf(cluster).forwarded.get(address ?? "") ?? [];
  const same = (value: number) => value;
  const before = countUntil(times, time, same, false);
  const forwarded = Math.max(0, before - countUntil(times, counted[0].time, same));
  const registrations = logOf(cluster).registrations.get(member) ?? [];
  const capacity = registrations[countUntil(registrations, time, timeOf) - 1]?.tunnels ?? 0;
  const more = forwarded === 0 ? 0 : capacity > 0 ? forwarded * FULL_LOAD / capacity : Infinity;
  return {
    ...{ member, last, more, load: last.load },
    low: Math.min(...counted.map(({ load }) => load)),
    high: Math.max(...counted.map(({ load }) => load)) + more,
    serves: serves(cluster, own[until - 1], address, time) &&
      time - last.time < (silenceOf(cluster) ?? UNDECLARED_SILENCE) / 1000 - tolerance,
  };
}

/** Whether a member takes tunnels, by the last that it and the master said of that. */
function serves(
  cluster: Cluster,
  last: ClusterPacket,
  address: string | undefined,
  time: number,
): boolean {
  const { leave, deactivate } = ClusterMessage;
  if (last.message === leave || last.draining || last.inactive) return false;
  const order = logOf(cluster).orders.findLast((m) =>
    m.destination === address && m.member !== last.member && m.time <= time
  );
  return order?.message !== deactivate && cluster.localAddresses.has(last.member);
}

/** Whether every endpoint that says its load was seen to register: nobody can be missing. */
export function sawRegistrations(cluster: Cluster): boolean {
  const messages = cluster.messages(cluster.master?.inside);
  const registered = new Set(
    messages.filter((m) => m.message === ClusterMessage.register).map((m) => m.member),
  );
  return messages.every((m) => m.load < 0 || m.member === 0 || registered.has(m.member));
}
