/**
 * What the WAN taps show, in one streaming pass: for each sending device its sessions with their
 * identities and tunnels, its sequence numbers, its processor information. State per session.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { IdentityKind, PacketType } from "../../../captures/wire/core_identity.ts";
import { decodeControl, Message } from "../../../captures/wire/core_identity_control.ts";
import { readInformation } from "../../../peers/core_identity/processor_information.ts";
import type { Accumulator, Evidence, Pass, Tap } from "../../evidence.ts";
import { DataReader } from "./data_reader.ts";
import { configured, type DeviceNode, deviceNodes, labKey, ownerOf } from "./nodes.ts";
import { NumberSet } from "./number_set.ts";
import { Arrivals } from "./reordering.ts";
import { TupleTable } from "./tuples.ts";

const UDP = 17;
/** Deviations that are kept to be shown; the others are counted. */
const SHOWN = 8;

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

/** What the WAN taps show. */
export interface WanFacts {
  directions: WanDirection[];
  taps: number;
  /** The direction of a device; a device that sent nothing has an empty one. */
  of(node: string): WanDirection | undefined;
}

/** The pass over the WAN taps. */
export const wanFacts: Pass<WanFacts> = {
  name: "core_identity/wan",
  begin: (evidence) => new WanAccumulator(evidence),
};

class WanAccumulator implements Accumulator<WanFacts> {
  readonly #nodes: DeviceNode[];
  readonly #walker = new HeaderWalker();
  readonly #inner = new HeaderWalker();
  readonly #reader: DataReader;
  readonly #directions: DirectionState[];
  readonly #taps = new Set<string>();
  readonly #ports: Set<number>;

  constructor(evidence: Evidence) {
    this.#nodes = deviceNodes(evidence);
    this.#reader = new DataReader(labKey(evidence));
    this.#ports = new Set(this.#nodes.flatMap(({ name }) => {
      const wan = configured(evidence, name, "wan") as { udp?: number }[] | undefined;
      return (wan ?? []).map((w) => w?.udp ?? 49600);
    }));
    const names = this.#nodes.map((node) => node.name);
    this.#directions = this.#nodes.map((node) => new DirectionState(node, names));
  }

  wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  frame(frame: Frame, tap: Tap) {
    this.#taps.add(tap.name);
    const w = this.#walker;
    if (!w.walk(frame) || w.protocol !== UDP || w.l4 < 0 || w.end - w.l4 < 8) return;
    if (w.fragmentOffset > 0 || w.moreFragments || !this.#ports.has(w.destinationPort)) return;
    const v4 = w.ipVersion === 4, length = v4 ? 4 : 16;
    const from = ownerOf(this.#nodes, frame.bytes, w.l3 + (v4 ? 12 : 8), length);
    if (from < 0) return;
    const direction = this.#directions[from];
    const start = w.l4 + 8, type = start < w.end ? frame.bytes[start] & 15 : -1;
    const sent = this.#nodes[from].name === tap.node;
    if (type === PacketType.control) {
      if (sent) direction.control(frame, tap, start, w.end);
    } else if (type === PacketType.data) {
      const initiator = this.#nodes[from].initiator;
      if (!this.#reader.read(frame.bytes, frame.view, start, w.end, initiator)) {
        if (sent) direction.unreadable(frame, tap);
        return;
      }
      const to = ownerOf(this.#nodes, frame.bytes, w.l3 + (v4 ? 16 : 24), length);
      direction.data(frame, tap, this.#reader, this.#inner, sent, initiator, to);
    }
  }

  end(): WanFacts {
    const directions = this.#directions.map((d) => d.facts);
    return {
      directions,
      taps: this.#taps.size,
      of: (node) => directions.find((d) => d.node === node),
    };
  }
}

/** A datagram whose pieces are under way. */
interface PieceState {
  session?: WanSession;
  high: number;
  low: number;
  left: number;
  tunnel: number;
  spread: boolean;
}

/** The running state of one direction. */
class DirectionState {
  readonly facts: WanDirection;
  readonly #tuples = new TupleTable();
  readonly #byTuple: WanSession[] = [];
  /** Sessions of datagrams whose pieces are still under way, by datagram number. */
  readonly #pieces = new Map<number, PieceState>();

  readonly #names: readonly string[];

  constructor(node: DeviceNode, names: readonly string[]) {
    this.#names = names;
    this.facts = {
      ...{ node: node.name, role: node.role, initiator: node.initiator },
      ...{ sessions: this.#byTuple, tunnels: new Map(), packets: 0, octets: 0, arrived: 0 },
      ...{ untagged: 0, kind: -1, otherKind: 0, placements: new Set(), encryptedHeaders: 0 },
      ...{ sealed: 0, readable: 0, unreadable: 0, pieces: 0, pieceConflicts: 0 },
      ...{ spreadDatagrams: 0, clearLengths: new Set() },
      ...{ globals: new NumberSet(), firstTime: Infinity, announcements: [] },
      ...{ confirmed: new Map(), identities: new Map(), arrivals: new Arrivals() },
    };
  }

  unreadable(frame: Frame, tap: Tap) {
    this.facts.unreadable++;
    this.facts.packets++;
    this.facts.first ??= { capture: tap.name, number: frame.number };
  }

  control(frame: Frame, tap: Tap, start: number, end: number) {
    const decoded = decodeControl(frame.bytes, start, end);
    if (!decoded.ok) return;
    const { message, tunnelId, coreCount, informationVersion, attributes } = decoded.packet;
    const ref = { capture: tap.name, number: frame.number };
    const time = timeOf(frame);
    if (message === Message.confirm || message === Message.keepalive) {
      const known = this.facts.confirmed.get(tunnelId);
      if (known === undefined || time < known.time) {
        this.facts.confirmed.set(tunnelId, { time, frame: ref });
      }
    }
    const announces = message === Message.hello || message === Message.helloAck ||
      message === Message.update;
    if (!announces || this.facts.announcements.length >= 10_000) return;
    const information = readInformation(coreCount, informationVersion, attributes);
    const identities = information?.identities.map((i) => i.toString(16)) ?? [];
    const named = (positions?: number[]) => (positions ?? []).map((i) => identities[i]);
    this.facts.announcements.push({
      ...{ message, tunnel: tunnelId, cores: coreCount, identities, time, frame: ref },
      excluded: named(information?.excluded),
      preferred: named(information?.preferred),
      reserved: (information?.reserved ?? []).map(({ field, value, cores }) => ({
        ...{ field, value, identities: named(cores) },
      })),
    });
  }

  data(
    frame: Frame,
    tap: Tap,
    reader: DataReader,
    inner: HeaderWalker,
    sent: boolean,
    initiator: boolean,
    to: number,
  ) {
    const { facts } = this;
    if (!sent) {
      facts.arrived++;
      if (!reader.sealed) facts.arrivals.packet(frame, reader, inner);
      return;
    }
    const ref = () => ({ capture: tap.name, number: frame.number });
    const time = timeOf(frame);
    facts.packets++;
    facts.octets += reader.pieceEnd - reader.pieceStart;
    if (time < facts.firstTime) {
      facts.firstTime = time;
      facts.first = ref();
    }
    facts.placements.add(reader.placement);
    if (reader.headerEncrypted) facts.encryptedHeaders++;
    if (reader.sealed) {
      facts.sealed++;
      facts.clearLengths.add(reader.clearLength);
    }
    if (facts.kind < 0) facts.kind = reader.kind;
    if (reader.kind === IdentityKind.none) {
      facts.untagged++;
      facts.firstUntagged ??= ref();
    } else if (reader.kind !== facts.kind) facts.otherKind++;
    this.#sequence(frame, tap, reader, to, ref);
    const session = this.#session(frame, tap, reader, inner, initiator, time);
    if (session === undefined) return;
    session.to = this.#names[to] ?? "";
    this.#account(session, reader, time, ref);
  }

  #sequence(_frame: Frame, tap: Tap, reader: DataReader, to: number, ref: () => FrameRef) {
    const { facts } = this;
    if (!facts.globals.add(reader.globalSequence)) facts.firstRepeatedGlobal ??= ref();
    // Tunnel ids are per aggregate: two peers may use the same ones.
    const key = reader.aggregateId << 16 | reader.tunnelId;
    let tunnel = facts.tunnels.get(key);
    if (tunnel === undefined) {
      tunnel = {
        ...{ id: reader.tunnelId, packets: 0, gaps: 0, strays: 0, tap: tap.name, remote: to },
        ...{ next: reader.tunnelSequence, first: ref() },
      };
      facts.tunnels.set(key, tunnel);
    }
    tunnel.packets++;
    if (reader.tunnelSequence !== tunnel.next) {
      tunnel.gaps++;
      tunnel.firstGap ??= ref();
    }
    tunnel.next = (reader.tunnelSequence + 1) >>> 0;
    if (tunnel.tap !== tap.name || tunnel.remote !== to) {
      tunnel.strays++;
      tunnel.firstStray ??= ref();
    }
  }

  /** The session of a packet: by its inner flow, or by the datagram that it is a piece of. */
  #session(
    frame: Frame,
    tap: Tap,
    reader: DataReader,
    inner: HeaderWalker,
    initiator: boolean,
    time: number,
  ): WanSession | undefined {
    const length = reader.pieceEnd - reader.pieceStart;
    const whole = length === reader.datagramLength;
    let bytes = frame.bytes, view = frame.view, at = reader.pieceStart, end = reader.pieceEnd;
    if (reader.sealed && whole) {
      const datagram = reader.datagram(frame.bytes, initiator);
      if (datagram === undefined) {
        this.facts.unreadable++;
        return undefined;
      }
      bytes = datagram;
      view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
      at = 0;
      end = datagram.length;
    }
    let session: WanSession | undefined;
    const clear = !reader.sealed || whole;
    if (clear && reader.pieceOffset === 0 && inner.walkIp(bytes, view, at, end)) {
      session = this.#byFlow(this.#tuples.index(bytes, inner), frame, tap, time);
      this.facts.readable++;
    } else if (clear && reader.pieceOffset === 0) this.facts.unreadable++;
    if (!whole) session = this.#piece(reader, session, length, frame, tap);
    return session;
  }

  #piece(
    reader: DataReader,
    session: WanSession | undefined,
    length: number,
    frame: Frame,
    tap: Tap,
  ): WanSession | undefined {
    const { facts } = this;
    facts.pieces++;
    const high = reader.kind === 0 ? -1 : reader.identityHigh;
    const low = reader.kind === 0 ? -1 : reader.identityLow;
    let entry = this.#pieces.get(reader.datagramNumber);
    if (entry === undefined) {
      // Pieces of lost datagrams must not pile up.
      if (this.#pieces.size > 65_536) this.#pieces.clear();
      const { datagramLength: left, tunnelId: tunnel } = reader;
      entry = { session, high, low, left, tunnel, spread: false };
      this.#pieces.set(reader.datagramNumber, entry);
    }
    entry.session ??= session;
    if (entry.high !== high || entry.low !== low) {
      facts.pieceConflicts++;
      facts.firstPieceConflict ??= { capture: tap.name, number: frame.number };
    }
    if (entry.tunnel !== reader.tunnelId && !entry.spread) {
      entry.spread = true;
      facts.spreadDatagrams++;
    }
    entry.left -= length;
    if (entry.left <= 0) this.#pieces.delete(reader.datagramNumber);
    return entry.session;
  }

  #byFlow(tuple: number, frame: Frame, tap: Tap, time: number): WanSession {
    return this.#byTuple[tuple] ??= {
      ...{ flow: this.#tuples.text(tuple), tuple, protocol: this.#tuples.protocol(tuple) },
      ...{
        dscp: this.#tuples.dscp(tuple),
        to: "",
        identity: "",
        changes: [],
        changed: 0,
        untagged: 0,
      },
      ...{ packets: 0, tunnels: new Map(), first: { capture: tap.name, number: frame.number } },
      ...{ firstTime: time, lastTime: time, high: -1, low: -1 },
    };
  }

  #account(session: WanSession, reader: DataReader, time: number, ref: () => FrameRef) {
    session.packets++;
    session.lastTime = Math.max(session.lastTime, time);
    const tunnel = reader.aggregateId << 16 | reader.tunnelId;
    session.tunnels.set(tunnel, (session.tunnels.get(tunnel) ?? 0) + 1);
    if (reader.kind === IdentityKind.none) {
      session.untagged++;
      session.firstUntagged ??= ref();
      return;
    }
    const { identityHigh: high, identityLow: low } = reader;
    // Taps are read one after the other: the earliest packet says what the first identity was.
    if (session.high < 0) {
      session.high = high;
      session.low = low;
      session.identity = identityText(high, low);
      session.first = ref();
      session.firstTime = time;
      this.#count(session.identity);
    } else if (session.high !== high || session.low !== low) {
      session.changed++;
      if (session.changes.length < SHOWN) {
        session.changes.push({ identity: identityText(high, low), frame: ref() });
      }
      this.#count(identityText(high, low));
    } else {
      this.#count(session.identity);
      if (time < session.firstTime) {
        session.firstTime = time;
        session.first = ref();
      }
    }
  }

  #count(identity: string) {
    const { identities } = this.facts;
    // A device that gives every packet an identity of its own must not exhaust our memory.
    if (identities.size < 100_000 || identities.has(identity)) {
      identities.set(identity, (identities.get(identity) ?? 0) + 1);
    }
  }
}

/** An identity in hexadecimal without leading zeros. */
export function identityText(high: number, low: number): string {
  const text = high.toString(16) + low.toString(16).padStart(8, "0");
  return text.replace(/^0+(?=.)/, "");
}

/** Seconds with a fraction; precise to about a microsecond. */
function timeOf(frame: Frame): number {
  return frame.seconds + frame.nanoseconds / 1e9;
}
