/** Rows of Table 1 as the outside of a NAT shows them, and the packets that come for them. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Cluster } from "./cluster.ts";
import { type Inconclusive, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";

/** Seconds within which a packet that is translated has crossed a NAT. */
export const CROSSING = 0.25;

/** A row as it was at a moment. Times in seconds since 1970. */
export interface SeenRow {
  made: number;
  used: number;
  /** When the last of its tunnels ended; Infinity while one stands. */
  closed: number;
}

/** A row, and the tunnels that share it: the initiator's Tunnel ID by that of the endpoint. */
interface RowLog extends SeenRow {
  tunnels: Map<number, number>;
}

/** How long rows live, in seconds (D4-07). */
export interface RowTimes {
  closing: number;
  idle: number;
}

/** The times that a NAT declares for its rows. */
export function timesOf(cluster: Cluster): RowTimes | Inconclusive {
  const { node = "" } = cluster.nat ?? {};
  const closing = cluster.number(node, "closing", 10_000);
  const idle = cluster.number(node, "idle", 180_000);
  if (closing === undefined || idle === undefined) {
    return inconclusive("the profile's parameters do not declare how long rows live");
  }
  return { closing: closing / 1000, idle: idle / 1000 };
}

/** The least seconds that a row lives past its tunnels: as declared, or not at all. */
export function closingOf(cluster: Cluster): number {
  const times = timesOf(cluster);
  return isInconclusive(times) ? 0 : times.closing;
}

/** A packet for a row, with the row as it was when the packet came. */
export interface Passage {
  packet: L2tpPacket;
  row: SeenRow;
}

/** Whether the row of a packet may be over, so that the packet does not keep it. */
type IsOver = (passage: Passage) => boolean;
const never: IsOver = () => false;

/** Packets from outside for the rows that SCCRPs made, until these may be over. */
export function passagesOfRows(cluster: Cluster, isOver = never): Passage[] {
  const { nat } = cluster, own = nat?.outsideAddresses ?? [];
  return passages(cluster.at(nat?.outside), {
    ...{ isPassage: (leaves) => !leaves, makes: () => true, near: own, isOver },
    keyOf: (far, { port }) => `${far.address} ${far.port} ${port}`,
  });
}

/** Packets of endpoints for the rows that SCCRPs made which the NAT translated, likewise. */
export function passagesFromInside(cluster: Cluster, isOver = never): Passage[] {
  const { nat } = cluster, own = nat?.outsideAddresses ?? [];
  return passages(cluster.at(nat?.inside), {
    ...{ isOver, isPassage: (leaves) => leaves, near: [...cluster.localAddresses.values()] },
    makes: (packet) =>
      cluster.copies(nat?.outside, packet).some((p) =>
        own.includes(p.source) && isSameFarEnd(p, packet) && p.time >= packet.time
      ),
    keyOf: (far, near) => `${far.address} ${far.port} ${near.address} ${near.port}`,
  });
}

/** Whether two packets go to the same address and port. */
const isSameFarEnd = (a: L2tpPacket, b: L2tpPacket) =>
  a.destination === b.destination && a.destinationPort === b.destinationPort;

type End = { address: string; port: number };

/** How rows are seen at one side of the NAT. */
interface RowSide {
  /** Addresses of the nearer ends of rows. */
  near: readonly string[];
  /** What rows are told apart by. */
  keyOf(far: End, near: End): string;
  /** Whether an SCCRP made a row. */
  makes(packet: L2tpPacket): boolean;
  isOver: IsOver;
  /** Whether packets of this direction are looked for. */
  isPassage(leaves: boolean): boolean;
}

function passages(packets: readonly L2tpPacket[], side: RowSide): Passage[] {
  const rows = new Map<string, RowLog>();
  const found: Passage[] = [];
  for (const packet of packets) {
    const from = { address: packet.source, port: packet.sourcePort };
    const to = { address: packet.destination, port: packet.destinationPort };
    const leaves = side.near.includes(from.address);
    if (leaves === side.near.includes(to.address)) continue;
    const key = leaves ? side.keyOf(to, from) : side.keyOf(from, to);
    const { time } = packet;
    if (leaves && packet.type === MessageType.SCCRP && !rows.has(key) && side.makes(packet)) {
      rows.set(key, { made: time, used: time, closed: Infinity, tunnels: new Map() });
    }
    const row = rows.get(key);
    if (row === undefined) continue;
    const passage = { packet, row: { made: row.made, used: row.used, closed: row.closed } };
    if (side.isPassage(leaves)) found.push(passage);
    if (side.isOver(passage)) {
      rows.delete(key);
      continue;
    }
    note(row, packet, leaves);
  }
  return found;
}

/** Notes what a packet changes of a row. */
function note(row: RowLog, { type, tunnelId, assigned, time }: L2tpPacket, leaves: boolean) {
  row.used = time;
  if (leaves && type === MessageType.SCCRP) {
    row.tunnels.set(assigned, tunnelId);
    row.closed = Infinity;
  }
  if (type !== MessageType.StopCCN) return;
  for (const [endpoint, initiator] of row.tunnels) {
    if (tunnelId === (leaves ? initiator : endpoint)) row.tunnels.delete(endpoint);
  }
  if (row.tunnels.size === 0) row.closed = Math.min(row.closed, time);
}

/** Seconds that the row of a packet lives on when it comes; negative once it is over. */
export const timeLeft = ({ packet, row }: Passage, { closing, idle }: RowTimes): number =>
  Math.min(row.closed + closing, row.used + idle) - packet.time;

/**
 * Whether the capture goes on long enough after a packet for it to have passed the NAT: what came in
 * the last moment may have been under way.
 * @param within Seconds within which a packet has passed.
 */
export const isFollowed = (cluster: Cluster, { packet }: Passage, within: number): boolean =>
  isFollowedBy(cluster, packet.time + within);

/** Whether the captures go on after a moment, in seconds since 1970. */
export function isFollowedBy({ facts }: Cluster, until: number): boolean {
  return facts.messages.some(({ time }) => time > until) ||
    facts.packets.some(({ time }) => time > until);
}

/** Whether a packet came out of the NAT on the inside. @param late Seconds of lateness besides. */
export const isThrough = (
  cluster: Cluster,
  { packet }: Passage,
  late: number,
): boolean =>
  cluster.copies(cluster.nat?.inside, packet)
    .some((p) => p.time >= packet.time && p.time < packet.time + CROSSING + late);
