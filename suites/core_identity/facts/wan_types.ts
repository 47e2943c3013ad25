/** What the WAN taps show of one sending device. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { NumberSet } from "./number_set.ts";
import type { Faults } from "./packet_faults.ts";
import type { Arrivals } from "./reordering.ts";
import type { Sighting } from "./sighting.ts";

/** One session as its sender put it on the wire. */
export interface WanSession {
  /** Addresses, ports and protocol of the inner flow: `17 10.1.1.2:4000 > 10.2.1.2:5000`. */
  flow: string;
  protocol: number;
  dscp: number;
  /** Whether its datagrams have ports, and are no fragments. */
  hasPorts: boolean;
  /** Device that the packets went to; "" when it is none of ours. */
  to: string;
  /** Aggregated Tunnel ID of its packets. */
  aggregate: number;
  /** The first identity, in hexadecimal without leading zeros; "" when it had none. */
  identity: string;
  /** Other identities that its packets carried, as far as they are kept apart. */
  changes: { identity: string; frame: FrameRef; from: number; to: number }[];
  /** Packets that carried another one. */
  changed: number;
  /** Packets without any identity. */
  untagged: number;
  firstUntagged?: FrameRef;
  /** When the last of those was seen, in seconds. */
  lastUntaggedTime?: number;
  /** The least global sequence number of those. */
  firstUntaggedGlobal?: number;
  packets: number;
  /** Packets by tunnel. */
  tunnels: Map<number, number>;
  first: FrameRef;
  /** Global sequence number of its first packet: the order in which sessions began. */
  firstGlobal: number;
  /** Seconds, of the first packet with the first identity, and of the last. */
  firstTime: number;
  lastTime: number;
}

/** One tunnel as its data packets show it. */
export interface WanTunnel {
  id: number;
  aggregate: number;
  packets: number;
  /** Packets whose tunnel sequence number did not follow the one before. */
  gaps: number;
  firstGap?: FrameRef;
  /** Packets seen at the tap of another tunnel, or to another device. */
  strays: number;
  firstStray?: FrameRef;
  place: string;
  remote: number;
  /** Address to which its first packet went. */
  remoteAddress: string;
  next: number;
  first: FrameRef;
  firstTime: number;
  lastTime: number;
  /** Number of the last frame, at the tap of `place`. */
  last: number;
}

/** Processor information that a device sent, wherever it was seen. */
export interface Announcement {
  message: number;
  aggregate: number;
  tunnel: number;
  /** Processor Information Version. */
  version: number;
  /** Core Count; 0 when the message carried none. */
  cores: number;
  identities: string[];
  /** The identity that it gives for the whole aggregated tunnel ([0055]), if it does. */
  aggregateIdentity?: string;
  excluded: string[];
  preferred: string[];
  reserved: { field: string; value: number; identities: string[] }[];
  /** Whether it tells the loads of the cores. */
  tellsLoads: boolean;
  /** Where it left, and where it arrived; captures may show one or both. */
  departure?: Sighting;
  arrival?: Sighting;
}

/** Identity of a session's core, as its receiver reported it (FIG. 1 and 4). */
export interface SessionReport {
  /** As `WanSession.flow`; "" where the octets name none. */
  flow: string;
  identity: string;
  aggregate: number;
  /** Where it left, and where it arrived; captures may show one or both. */
  departure?: Sighting;
  arrival?: Sighting;
}

/** How a device set one tunnel up. */
export interface TunnelSetup {
  id: number;
  aggregate: number;
  /** Its first HELLO or HELLO ACK. */
  greeting?: Sighting;
  /** Interface that this left by, and the address that it went to, where it was seen to leave. */
  left?: { place: string; to: string };
  /** Seconds of the last such message. */
  greetedAt?: number;
  /** Its first CONFIRM or KEEPALIVE: it holds the tunnel to be up. */
  confirmed?: Sighting;
  /** Its last CLOSE, where that left. */
  closed?: Sighting;
}

/** The packets of one aggregate. */
export interface WanAggregate {
  id: number;
  /** Global sequence numbers of its packets. */
  globals: NumberSet;
}

/** Everything that one device sent, and what of it arrived. */
export interface WanDirection {
  node: string;
  role: string;
  initiator: boolean;
  /** Addresses, as configured or as learned. */
  addresses: string[];
  sessions: WanSession[];
  tunnels: Map<number, WanTunnel>;
  aggregates: WanAggregate[];
  /** Data packets, without copies. */
  packets: number;
  /** Data packets that were captured once more: the same numbers on the same tunnel. */
  copies: number;
  firstCopy?: FrameRef;
  /** Data packets with the global sequence number of one before, but next on their tunnel. */
  repeats: number;
  firstRepeat?: FrameRef;
  /** Data packets that were seen at a tap of another device, by that device: they arrived. */
  arrivedAt: Map<string, number>;
  untagged: number;
  firstUntagged?: FrameRef;
  /** K of the first packet that carries an identity, 0 where none does; -1 before any. */
  kind: number;
  placements: Set<number>;
  encryptedHeaders: number;
  sealed: number;
  /** Sealed packets of which no octet is ciphertext. */
  sealedNothing: number;
  /** IP fragments of what it sent, which are not joined. */
  fragments: number;
  /** Packets whose header or inner datagram could not be read. */
  unreadable: number;
  /** Packets that carry a part of a datagram, those of them without identity, and those with another. */
  pieces: number;
  untaggedPieces: number;
  firstUntaggedPiece?: FrameRef;
  pieceConflicts: number;
  firstPieceConflict?: FrameRef;
  /** Octets of the longest piece, and of the shortest datagram that travelled in several. */
  longestPiece: number;
  shortestSplit: number;
  firstShortestSplit?: FrameRef;
  /** Datagrams whose pieces took more than one tunnel. */
  spreadDatagrams: number;
  /** What is wrong with its data packets, with how it splits datagrams, and with its messages. */
  dataFaults: Faults;
  pieceFaults: Faults;
  controlFaults: Faults;
  /** Control messages that it sent, where they left. */
  messages: number;
  /** Values of Clear Length in sealed packets. */
  clearLengths: Set<number>;
  /** Identities of the first so many packets as they stand on the wire, where they are masked. */
  masked?: { packets: number; values: Set<string> };
  first?: FrameRef;
  firstTime: number;
  announcements: Announcement[];
  /** Its reports, without repetitions of one message. */
  reports: SessionReport[];
  /** Greatest Processor Information Version that any of its messages tells. */
  version: number;
  /** By tunnel. */
  setups: Map<number, TunnelSetup>;
  /** Order of arrival at the other end. */
  arrivals: Arrivals;
}
