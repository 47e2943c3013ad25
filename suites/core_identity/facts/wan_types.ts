/** What the WAN taps show of one sending device. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { NumberSet } from "./number_set.ts";
import type { Arrivals } from "./reordering.ts";

/** One session as its sender put it on the wire. */
export interface WanSession {
  /** Addresses, ports and protocol of the inner flow: `17 10.1.1.2:4000 > 10.2.1.2:5000`. */
  flow: string;
  tuple: number;
  protocol: number;
  dscp: number;
  /** Device that the packets went to; "" when it is none of ours. */
  to: string;
  /** The first identity, in hexadecimal without leading zeros; "" when it had none. */
  identity: string;
  /** Packets that carried another one, with what they carried. */
  changes: { identity: string; frame: FrameRef }[];
  changed: number;
  /** Packets without any identity. */
  untagged: number;
  firstUntagged?: FrameRef;
  packets: number;
  /** Packets by tunnel. */
  tunnels: Map<number, number>;
  first: FrameRef;
  /** Seconds, of the first and the last packet. */
  firstTime: number;
  lastTime: number;
  high: number;
  low: number;
}

/** One tunnel as its packets show it. */
export interface WanTunnel {
  id: number;
  packets: number;
  /** Packets whose tunnel sequence number did not follow the one before. */
  gaps: number;
  firstGap?: FrameRef;
  /** Packets seen with an address pair or tap of another tunnel. */
  strays: number;
  firstStray?: FrameRef;
  tap: string;
  remote: number;
  next: number;
  first: FrameRef;
}

/** Processor information that a device sent. */
export interface Announcement {
  message: number;
  tunnel: number;
  /** Core Count; 0 when the message carried none. */
  cores: number;
  identities: string[];
  excluded: string[];
  preferred: string[];
  reserved: { field: string; value: number; identities: string[] }[];
  time: number;
  frame: FrameRef;
}

/** Everything that one device sent, and what of it arrived. */
export interface WanDirection {
  node: string;
  role: string;
  initiator: boolean;
  sessions: WanSession[];
  tunnels: Map<number, WanTunnel>;
  packets: number;
  octets: number;
  /** Data packets that were seen at a tap of another device: they arrived. */
  arrived: number;
  untagged: number;
  firstUntagged?: FrameRef;
  /** Packets whose identity is of another kind than that of the first. */
  kind: number;
  otherKind: number;
  placements: Set<number>;
  encryptedHeaders: number;
  sealed: number;
  /** Packets whose inner datagram could be read, and whose could not. */
  readable: number;
  unreadable: number;
  /** Packets that carry a part of a datagram, and those whose identity is not that of the others. */
  pieces: number;
  pieceConflicts: number;
  firstPieceConflict?: FrameRef;
  /** Datagrams whose pieces took more than one tunnel. */
  spreadDatagrams: number;
  /** Values of Clear Length in sealed packets. */
  clearLengths: Set<number>;
  globals: NumberSet;
  firstRepeatedGlobal?: FrameRef;
  first?: FrameRef;
  firstTime: number;
  announcements: Announcement[];
  /** First CONFIRM or KEEPALIVE of each tunnel: its sender holds it to be up. */
  confirmed: Map<number, { time: number; frame: FrameRef }>;
  /** Identities of all packets with the number of packets. */
  identities: Map<string, number>;
  arrivals: Arrivals;
}
