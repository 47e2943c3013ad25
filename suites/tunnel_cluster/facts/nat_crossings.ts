/** What came to a NAT held against what left it, in either direction, packet by packet. */
import type { FrameRef } from "../../../captures/frame.ts";
import { isInconclusive } from "../../kit/verdict.ts";
import type { Cluster } from "./cluster.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";
import {
  isFollowed,
  type Passage,
  passagesFromInside,
  passagesOfRows,
  type RowTimes,
  timeLeft,
  timesOf,
} from "./nat_rows.ts";
import { leavingNat } from "./nat_traffic.ts";

/** Directions through a NAT. */
const WAYS = ["outward", "inward"] as const;
export type NatWay = (typeof WAYS)[number];

/** Packets of one direction with the same far end and octets. */
interface Alike {
  /** Those for rows that surely lived, and how many others came. */
  required: L2tpPacket[];
  allowed: number;
  /** Differentiated services codepoints with which they came. */
  codepoints: Set<number>;
  /** Nearer ends that they came from. */
  origins: Set<string>;
  left: L2tpPacket[];
}

/** What became of the packets of one direction. */
export interface NatCrossing {
  /** Packets that had to pass. */
  required: readonly L2tpPacket[];
  missing: FrameRef[];
  /** Packets that left more often than they came. */
  doubled: FrameRef[];
  /** Packets that left and had not come. */
  invented: FrameRef[];
  /** Packets that left with a wrong checksum. */
  ruined: FrameRef[];
  /** Packets that left with a codepoint with which none of them came. */
  marked: FrameRef[];
  /** The first packets of a row that left from two addresses or ports. */
  moved: FrameRef[];
}

/** Seconds that rows live at least where nothing is declared: RFC 4787 §4.3 asks for two minutes. */
const UNDECLARED_IDLE = 10;
/** Seconds around the end of a row in which either is right. */
const DOUBT = 0.1;
/** Seconds for which a packet may be under way through a punctual NAT. */
const UNDER_WAY = 0.02;

/** Holds both sides of the NAT of a lab against one another. @param late Seconds of lateness. */
export function natCrossing(cluster: Cluster, way: NatWay, late: number): NatCrossing {
  const declared = timesOf(cluster);
  const times = isInconclusive(declared) ? undeclaredTimes(cluster) : declared;
  const first = firstPassedOn(cluster);
  const isOver = (passage: Passage) => timeLeft(passage, times) <= DOUBT + late;
  const isLiving = (passage: Passage) =>
    isSince(passage.packet, first) && !isOver(passage) &&
    isFollowed(cluster, passage, UNDER_WAY + late) && !passage.packet.parted;
  const passages = way === "outward"
    ? passagesFromInside(cluster, isOver)
    : passagesOfRows(cluster, isOver);
  const required = passages.filter(isLiving).map(({ packet }) => packet);
  const mustPass = new Set(required);
  const came = cameTo(cluster, way), left = leftBy(cluster, way).filter(({ parted }) => !parted);
  const groups = new Map<string, Alike>();
  const groupOf = (packet: L2tpPacket): Alike => {
    const key = keyOf(packet, way);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group: Alike = {
      ...{ required: [], allowed: 0, left: [] },
      ...{ codepoints: new Set(), origins: new Set() },
    };
    groups.set(key, group);
    return group;
  };
  for (const packet of came) {
    const group = groupOf(packet);
    if (mustPass.has(packet)) group.required.push(packet);
    else group.allowed++;
    group.codepoints.add(packet.dscp);
    group.origins.add(originOf(packet));
  }
  for (const packet of left) groupOf(packet).left.push(packet);
  const crossing: NatCrossing = {
    moved: way === "outward" ? movedRow(passages, isLiving, groupOf) : [],
    ...{ required, missing: [], doubled: [], invented: [], marked: [] },
    ruined: left.filter(({ checksumsRight }) => !checksumsRight).map(({ frame }) => frame),
  };
  for (const { required, allowed, codepoints, left } of groups.values()) {
    const entered = required.length + allowed, frames = left.map(({ frame }) => frame);
    crossing.missing.push(...required.slice(left.length).map(({ frame }) => frame));
    if (entered > 0) {
      crossing.doubled.push(...frames.slice(entered));
      const marked = left.filter(({ dscp }) => !codepoints.has(dscp));
      crossing.marked.push(...marked.map(({ frame }) => frame));
    }
    // A NAT that puts fragments together sends what was not seen whole.
    if (entered > 0) continue;
    if (!came.some(({ parted }) => parted)) crossing.invented.push(...frames);
  }
  return crossing;
}

const originOf = ({ source, sourcePort }: L2tpPacket) => `${source}:${sourcePort}`;

/** Two packets of one row that left from different ends of the NAT while it lived all the time. */
function movedRow(
  passages: readonly Passage[],
  isLiving: (passage: Passage) => boolean,
  groupOf: (packet: L2tpPacket) => Alike,
): FrameRef[] {
  const rows = Map.groupBy(
    passages,
    ({ packet }) => `${originOf(packet)} ${packet.destination}:${packet.destinationPort}`,
  );
  for (const row of rows.values()) {
    // Once it may have ended another port is right.
    const end = row.findIndex((passage, i) => i > 0 && !isLiving(passage));
    const left = row.slice(0, end < 0 ? row.length : end)
      .map(({ packet }) => groupOf(packet))
      // What two rows sent alike cannot be told apart.
      .filter(({ origins }) => origins.size === 1)
      .flatMap(({ left }) => left);
    const other = left.find((packet) => originOf(packet) !== originOf(left[0]));
    if (other !== undefined) return [left[0].frame, other.frame];
  }
  return [];
}

/** The least that rows live where nothing is declared; a NAT may do as the lab would have it. */
function undeclaredTimes(cluster: Cluster): RowTimes {
  const told = Number(cluster.setting(cluster.nat?.node ?? "", "idle") ?? Infinity) / 1000;
  return { closing: 0, idle: Math.min(told, UNDECLARED_IDLE) };
}

/**
 * The packet that the NAT is seen to have passed on first, either way, as it came; undefined where it
 * passed none on. What came before may have met nobody: a NAT that is not there yet says nothing, and
 * its host may answer by ICMP.
 */
function firstPassedOn(cluster: Cluster): L2tpPacket | undefined {
  let first: { packet: L2tpPacket; left: number } | undefined;
  for (const way of WAYS) {
    const came = Map.groupBy(cameTo(cluster, way), (packet) => keyOf(packet, way));
    for (const left of leftBy(cluster, way)) {
      // Of a message that came several times the last one that can have been passed on so early.
      const packet = came.get(keyOf(left, way))?.findLast(({ time }) => time <= left.time);
      if (packet !== undefined && (first === undefined || left.time < first.left)) {
        first = { packet, left: left.time };
      }
    }
  }
  return first?.packet;
}

/** Whether a packet came no earlier than another; those of one tap come in the order of its frames. */
function isSince(packet: L2tpPacket, other: L2tpPacket | undefined): boolean {
  if (other === undefined) return false;
  return packet.tap === other.tap
    ? packet.frame.number >= other.frame.number
    : packet.time >= other.time;
}

/** What came to the NAT for its other side. */
function cameTo(cluster: Cluster, way: NatWay): L2tpPacket[] {
  const { nat } = cluster;
  if (way === "inward") {
    return cluster.at(nat?.outside, (p) => nat!.outsideAddresses.includes(p.destination));
  }
  const local = [...cluster.localAddresses.values()];
  return cluster.at(
    nat?.inside,
    (p) => local.includes(p.source) && !nat!.insideAddresses.includes(p.destination),
  );
}

/** What left the NAT on its other side. */
function leftBy(cluster: Cluster, way: NatWay): L2tpPacket[] {
  if (way === "outward") return leavingNat(cluster);
  const local = [...cluster.localAddresses.values()];
  // What goes to the master goes astray.
  const within = [...local, ...cluster.master?.insideAddresses ?? []];
  return cluster.at(
    cluster.nat?.inside,
    (p) => !local.includes(p.source) && within.includes(p.destination),
  );
}

function keyOf(p: L2tpPacket, way: NatWay): string {
  const far = way === "outward"
    ? `${p.destination}:${p.destinationPort}`
    : `${p.source}:${p.sourcePort}`;
  return `${far} ${p.octets}`;
}
