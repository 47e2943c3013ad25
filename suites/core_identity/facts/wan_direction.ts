/** The running state of one direction: everything that one device sends over its tunnels. */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { IdentityKind, SEAL_LENGTH } from "../../../captures/wire/core_identity.ts";
import type { Bound, Budget } from "../../kit/bounds.ts";
import type { Tap } from "../../kit/evidence.ts";
import { type ControlBounds, ControlState } from "./control.ts";
import { identityText } from "./identity_text.ts";
import type { DeviceNode } from "./nodes.ts";
import { NumberSet } from "./number_set.ts";
import { dataFault, Faults } from "./packet_faults.ts";
import { Pieces } from "./pieces.ts";
import { Arrivals } from "./reordering.ts";
import { Sessions } from "./sessions.ts";
import { refTo, sightingOf } from "./sighting.ts";
import type { WanPacket } from "./wan_packet.ts";
import type { WanAggregate, WanDirection, WanTunnel } from "./wan_types.ts";

/** Limits of what is kept of each direction. */
export interface WanBounds extends ControlBounds {
  flows: Bound;
  /** Pairs of a session and one of its tunnels. */
  paths: Budget;
  tunnels: Bound;
  aggregates: Bound;
  /** Pages of sequence numbers. */
  pages: Bound;
  pieces: Bound;
  arrivals: Bound;
}

/** Places for tunnels that were met of late. */
const MET = 64;

/** Masked identities that are looked at: the first so many packets show how masks vary. */
const MASKED = 4096;

/** Collects the facts of one direction, packet by packet, without an object per packet. */
export class DirectionState {
  readonly facts: WanDirection;
  readonly #bounds: WanBounds;
  readonly #node: DeviceNode;
  readonly #names: readonly string[];
  readonly #sessions: Sessions;
  readonly #pieces: Pieces;
  readonly #control: ControlState;
  /** Keys of the tunnels by position, and the position of each key. */
  readonly #tunnelKeys: number[] = [];
  readonly #positions = new Map<number, number>();
  readonly #tunnels: WanTunnel[] = [];
  /** Keys of tunnels met of late, each in its place, and their positions; -1 where there is none. */
  readonly #metKeys = new Int32Array(MET);
  readonly #metPositions = new Int32Array(MET).fill(-1);
  readonly #pages = { count: 0 };
  /** The aggregate of each tunnel, by the tunnel's position. */
  readonly #aggregates: WanAggregate[] = [];
  /** Value of the last packet, so that a set is not asked for every one. */
  #placement = -1;
  #clearLength = -1;
  readonly #arrived: number[];

  constructor(node: DeviceNode, names: readonly string[], bounds: WanBounds) {
    this.#names = names;
    this.#node = node;
    this.#bounds = bounds;
    this.#sessions = new Sessions(bounds.flows, bounds.paths);
    this.#arrived = names.map(() => 0);
    this.facts = {
      ...{ node: node.name, role: node.role, initiator: node.initiator, addresses: [] },
      ...{ sessions: this.#sessions.list, tunnels: new Map(), aggregates: [] },
      ...{ packets: 0, copies: 0, repeats: 0, arrivedAt: new Map() },
      ...{ untagged: 0, kind: -1, placements: new Set(), encryptedHeaders: 0, sealed: 0 },
      ...{ sealedNothing: 0, fragments: 0 },
      ...{ longestPiece: 0, shortestSplit: Infinity },
      ...{ unreadable: 0, pieces: 0, untaggedPieces: 0, pieceConflicts: 0, spreadDatagrams: 0 },
      ...{
        clearLengths: new Set(),
        firstTime: Infinity,
        announcements: [],
        reports: [],
        version: 0,
      },
      ...{ setups: new Map(), arrivals: new Arrivals(bounds.arrivals), messages: 0 },
      ...{ dataFaults: new Faults(), pieceFaults: new Faults(), controlFaults: new Faults() },
    };
    this.#pieces = new Pieces(this.facts, bounds.pieces);
    this.#control = new ControlState(this.facts, bounds);
  }

  /** Ends the counting; call it once, after the last packet. */
  settle(): WanDirection {
    this.#control.settle();
    this.#sessions.settle(this.#tunnelKeys, this.#names);
    this.#names.forEach((name, i) => this.facts.arrivedAt.set(name, this.#arrived[i]));
    this.facts.addresses = this.#node.wan.map((address) => formatAddress(address));
    return this.facts;
  }

  unreadable(frame: Frame, tap: Tap) {
    this.facts.unreadable++;
    this.facts.packets++;
    this.facts.first ??= refTo(frame, tap);
  }

  /** A packet that is neither data nor control. */
  stranger(frame: Frame, tap: Tap) {
    const ref = () => refTo(frame, tap);
    this.facts.dataFaults.note("Type is neither data nor control", { ref });
  }

  /**
   * Takes a control message; `departed` says that it was seen where it left, `isSure` that it is known
   * which end opens tunnels.
   */
  control(
    frame: Frame,
    walk: HeaderWalker,
    tap: Tap,
    place: string,
    departed: boolean,
    isSure: boolean,
  ) {
    const initiator = isSure ? this.facts.initiator : undefined;
    this.#control.message(frame, walk, sightingOf(frame, tap, place), departed, initiator);
  }

  /** A control message reaches the device, which may answer it by the same `place`. */
  asked(frame: Frame, start: number, end: number, place: string) {
    this.#control.asked(frame, start, end, place);
  }

  /** Notes a data packet that arrived at a device. */
  arrived(packet: WanPacket, at: number) {
    if (at >= 0) this.#arrived[at]++;
    this.facts.arrivals.packet(packet);
  }

  /** Accounts for a data packet where it was sent. */
  data(packet: WanPacket) {
    const { facts } = this;
    const position = this.#position(packet);
    if (position < 0) return;
    const tunnel = this.#tunnels[position], aggregate = this.#aggregates[position];
    const { globalSequence, tunnelSequence } = packet.data;
    const fault = dataFault(packet.data);
    if (fault !== undefined) facts.dataFaults.note(fault, packet);
    if (!aggregate.globals.add(globalSequence)) {
      if (tunnelSequence !== tunnel.next) {
        // Neither number is new: the packet itself was captured before.
        facts.copies++;
        facts.firstCopy ??= packet.ref();
        return;
      }
      facts.repeats++;
      facts.firstRepeat ??= packet.ref();
    }
    facts.packets++;
    if (packet.time < facts.firstTime) {
      facts.firstTime = packet.time;
      facts.first = packet.ref();
    }
    this.#form(packet);
    this.#count(packet, tunnel);
    const session = this.#session(packet);
    if (session >= 0) this.#sessions.account(session, packet, position);
  }

  /** How the packet is made: placement and kind of its identity, and what is sealed. */
  #form(packet: WanPacket) {
    const { facts } = this, { data } = packet, { kind, placement } = data;
    if (placement !== this.#placement) facts.placements.add(this.#placement = placement);
    if (data.pieceLength > facts.longestPiece) facts.longestPiece = data.pieceLength;
    if (data.headerEncrypted) facts.encryptedHeaders++;
    if (data.sealed) {
      facts.sealed++;
      if (data.clearLength + SEAL_LENGTH >= data.datagramLength) facts.sealedNothing++;
      if (data.clearLength !== this.#clearLength) {
        facts.clearLengths.add(this.#clearLength = data.clearLength);
      }
    }
    if (facts.kind <= IdentityKind.none) facts.kind = kind;
    if (kind === IdentityKind.none) {
      facts.untagged++;
      facts.firstUntagged ??= packet.ref();
    }
    if (packet.isUnmasked) this.#mask(packet);
  }

  #mask({ data }: WanPacket) {
    const masked = this.facts.masked ??= { packets: 0, values: new Set() };
    if (masked.packets >= MASKED) return;
    masked.packets++;
    masked.values.add(identityText(data.identityHigh, data.identityLow));
  }

  /** Accounts for the packet's place in its tunnel. */
  #count(packet: WanPacket, tunnel: WanTunnel) {
    const { tunnelSequence } = packet.data;
    tunnel.packets++;
    if (packet.time < tunnel.firstTime) tunnel.firstTime = packet.time;
    if (packet.time >= tunnel.lastTime) {
      tunnel.lastTime = packet.time;
      tunnel.last = packet.frame.number;
    }
    if (tunnelSequence !== tunnel.next) {
      tunnel.gaps++;
      tunnel.firstGap ??= packet.ref();
    }
    tunnel.next = (tunnelSequence + 1) >>> 0;
    if (tunnel.place !== packet.place || tunnel.remote !== packet.to) {
      tunnel.strays++;
      tunnel.firstStray ??= packet.ref();
    }
  }

  /** The position of the packet's tunnel, or -1 when there are too many, or too many aggregates. */
  #position(packet: WanPacket): number {
    const { aggregateId: aggregate, tunnelId: id, tunnelSequence: next } = packet.data;
    // Tunnel ids are per aggregate: two peers may use the same ones.
    const key = aggregate << 16 | id;
    const met = key & MET - 1;
    if (this.#metKeys[met] === key && this.#metPositions[met] >= 0) {
      return this.#metPositions[met];
    }
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = this.#tunnels.length;
      const of = this.#bounds.tunnels.admits(position) ? this.#aggregate(aggregate) : undefined;
      if (of === undefined) return -1;
      const { place, to: remote, time: firstTime } = packet;
      const tunnel: WanTunnel = {
        ...{ id, aggregate, packets: 0, gaps: 0, strays: 0, place, remote, next },
        ...{ first: packet.ref(), firstTime, lastTime: firstTime, last: packet.frame.number },
        remoteAddress: packet.destination(),
      };
      this.#tunnels.push(tunnel);
      this.#aggregates.push(of);
      this.#tunnelKeys.push(key);
      this.#positions.set(key, position);
      this.facts.tunnels.set(key, tunnel);
    }
    this.#metKeys[met] = key;
    return this.#metPositions[met] = position;
  }

  #aggregate(id: number): WanAggregate | undefined {
    const { aggregates } = this.facts;
    let known = aggregates.find((aggregate) => aggregate.id === id);
    if (known === undefined) {
      if (!this.#bounds.aggregates.admits(aggregates.length)) return undefined;
      const globals = new NumberSet(this.#bounds.pages, this.#pages);
      aggregates.push(known = { id, globals });
    }
    return known;
  }

  /** The number of a packet's session, or -1: by its inner flow, or by the datagram that it is a piece of. */
  #session(packet: WanPacket): number {
    const { data } = packet, isWhole = data.isWholeDatagram;
    let session = -1;
    // Pieces of a sealed datagram show nothing, and of a clear one just the first does.
    if (isWhole || !data.sealed && data.pieceOffset === 0) {
      const octets = packet.walkInner();
      if (octets === undefined) this.facts.unreadable++;
      else session = this.#sessions.find(packet, octets);
    }
    return isWhole ? session : this.#pieces.add(packet, session);
  }
}
