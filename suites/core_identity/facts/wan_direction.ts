/** The running state of one direction: everything that one device sends over its tunnels. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { decodeControl, Message } from "../../../captures/wire/core_identity_control.ts";
import { readInformation } from "../../../peers/core_identity/processor_information.ts";
import type { Tap } from "../../evidence.ts";
import type { DataReader } from "./data_reader.ts";
import type { DeviceNode } from "./nodes.ts";
import { NumberSet } from "./number_set.ts";
import { Arrivals } from "./reordering.ts";
import { TupleTable } from "./tuples.ts";
import type { WanDirection, WanSession } from "./wan_types.ts";

/** Deviations that are kept to be shown; the others are counted. */
const SHOWN = 8;

/** A datagram whose pieces are under way. */
interface PieceState {
  session?: WanSession;
  high: number;
  low: number;
  left: number;
  tunnel: number;
  spread: boolean;
}

/** Collects the facts of one direction, packet by packet. */
export class DirectionState {
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
