/** The running state of one direction: everything that one device sends over its tunnels. */
import type { Frame } from "../../../captures/frame.ts";
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { decodeControl, Message } from "../../../captures/wire/core_identity_control.ts";
import { readInformation } from "../../../peers/core_identity/processor_information.ts";
import type { Tap } from "../../kit/evidence.ts";
import type { DeviceNode } from "./nodes.ts";
import { NumberSet } from "./number_set.ts";
import { Pieces } from "./pieces.ts";
import { Arrivals } from "./reordering.ts";
import { Sessions } from "./sessions.ts";
import { refTo, timeOf, type WanPacket } from "./wan_packet.ts";
import type { WanDirection, WanTunnel } from "./wan_types.ts";

/** Announcements that are kept at most, and the identities in all of them together. */
const ANNOUNCEMENTS = 10_000, ANNOUNCED = 1 << 20;

/** Tunnels that are told apart at most. */
const TUNNELS = 1 << 14;

/** Collects the facts of one direction, packet by packet, without an object per packet. */
export class DirectionState {
  readonly facts: WanDirection;
  readonly #names: readonly string[];
  readonly #sessions = new Sessions();
  readonly #pieces: Pieces;
  /** Keys of the tunnels by position, and the position of each key. */
  readonly #tunnelKeys: number[] = [];
  readonly #positions = new Map<number, number>();
  readonly #tunnels: WanTunnel[] = [];
  /** The tunnel of the packet before: packets of one often come together. */
  #lastKey = -1;
  #lastPosition = -1;
  #announced = 0;
  /** Value of the last packet, so that a set is not asked for every one. */
  #placement = -1;
  #clearLength = -1;
  /** What there was too much of to be kept. */
  #excess: string | undefined;

  constructor(node: DeviceNode, names: readonly string[]) {
    this.#names = names;
    const { list: sessions, identities } = this.#sessions;
    this.facts = {
      ...{ node: node.name, role: node.role, initiator: node.initiator },
      ...{ sessions, tunnels: new Map(), packets: 0, octets: 0, arrived: 0 },
      ...{ untagged: 0, kind: -1, otherKind: 0, placements: new Set(), encryptedHeaders: 0 },
      ...{ sealed: 0, readable: 0, unreadable: 0, pieces: 0, pieceConflicts: 0 },
      ...{ spreadDatagrams: 0, clearLengths: new Set() },
      ...{ globals: new NumberSet(), firstTime: Infinity, announcements: [] },
      ...{ confirmed: new Map(), identities, arrivals: new Arrivals() },
    };
    this.#pieces = new Pieces(this.facts);
  }

  /** Why the facts are incomplete: there was more than is kept. Undefined when they are whole. */
  get excess(): string | undefined {
    return this.#sessions.overflow ? "more flows than are kept apart" : this.#excess;
  }

  /** Ends the counting; call it once, after the last packet. */
  settle(): WanDirection {
    this.#sessions.settle(this.#tunnelKeys, this.#names);
    return this.facts;
  }

  unreadable(frame: Frame, tap: Tap) {
    this.facts.unreadable++;
    this.facts.packets++;
    this.facts.first ??= refTo(frame, tap);
  }

  control(frame: Frame, tap: Tap, start: number, end: number) {
    const decoded = decodeControl(frame.bytes, start, end);
    if (!decoded.ok) return;
    const { message, tunnelId, coreCount, informationVersion, attributes } = decoded.packet;
    const time = timeOf(frame);
    if (message === Message.confirm || message === Message.keepalive) {
      const known = this.facts.confirmed.get(tunnelId);
      if (known === undefined || time < known.time) {
        this.facts.confirmed.set(tunnelId, { time, frame: refTo(frame, tap) });
      }
    }
    const announces = message === Message.hello || message === Message.helloAck ||
      message === Message.update;
    if (!announces) return;
    // A few octets can announce 65,535 cores: all announcements together are bounded.
    this.#announced += 1 + coreCount;
    if (this.facts.announcements.length >= ANNOUNCEMENTS || this.#announced > ANNOUNCED) {
      this.#excess = "more announcements of cores than are kept";
      return;
    }
    const information = readInformation(coreCount, informationVersion, attributes);
    const identities = information?.identities.map((i) => i.toString(16)) ?? [];
    const named = (positions?: number[]) => (positions ?? []).map((i) => identities[i]);
    this.facts.announcements.push({
      ...{ message, tunnel: tunnelId, cores: coreCount, identities, time },
      frame: refTo(frame, tap),
      excluded: named(information?.excluded),
      preferred: named(information?.preferred),
      reserved: (information?.reserved ?? []).map(({ field, value, cores }) => ({
        ...{ field, value, identities: named(cores) },
      })),
    });
  }

  /** Notes a data packet that arrived at its destination. */
  arrived({ frame, reader, inner }: WanPacket) {
    this.facts.arrived++;
    if (!reader.sealed) this.facts.arrivals.packet(frame, reader, inner);
  }

  /** Accounts for a data packet where it was sent. */
  data(packet: WanPacket) {
    const { facts } = this, { reader, time } = packet;
    facts.packets++;
    facts.octets += reader.pieceEnd - reader.pieceStart;
    if (time < facts.firstTime) {
      facts.firstTime = time;
      facts.first = packet.ref();
    }
    this.#form(packet);
    if (!facts.globals.add(reader.globalSequence)) facts.firstRepeatedGlobal ??= packet.ref();
    const tunnel = this.#tunnel(packet);
    if (tunnel < 0) return;
    const session = this.#session(packet);
    if (session >= 0) this.#sessions.account(session, packet, tunnel);
  }

  /** How the packet is made: placement and kind of its identity, and what is sealed. */
  #form(packet: WanPacket) {
    const { facts } = this, { reader } = packet;
    if (reader.placement !== this.#placement) {
      facts.placements.add(this.#placement = reader.placement);
    }
    if (reader.headerEncrypted) facts.encryptedHeaders++;
    if (reader.sealed) {
      facts.sealed++;
      if (reader.clearLength !== this.#clearLength) {
        facts.clearLengths.add(this.#clearLength = reader.clearLength);
      }
    }
    if (facts.kind < 0) facts.kind = reader.kind;
    if (reader.kind === IdentityKind.none) {
      facts.untagged++;
      facts.firstUntagged ??= packet.ref();
    } else if (reader.kind !== facts.kind) facts.otherKind++;
  }

  /** Accounts for the packet's tunnel; gives its position, or -1 when there are too many. */
  #tunnel(packet: WanPacket): number {
    const position = this.#position(packet), { reader } = packet;
    if (position < 0) return position;
    const tunnel = this.#tunnels[position];
    tunnel.packets++;
    if (reader.tunnelSequence !== tunnel.next) {
      tunnel.gaps++;
      tunnel.firstGap ??= packet.ref();
    }
    tunnel.next = (reader.tunnelSequence + 1) >>> 0;
    if (tunnel.tap !== packet.place || tunnel.remote !== packet.to) {
      tunnel.strays++;
      tunnel.firstStray ??= packet.ref();
    }
    return position;
  }

  #position(packet: WanPacket): number {
    const { reader } = packet;
    // Tunnel ids are per aggregate: two peers may use the same ones.
    const key = reader.aggregateId << 16 | reader.tunnelId;
    if (key === this.#lastKey && this.#lastPosition >= 0) return this.#lastPosition;
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = this.#tunnels.length;
      if (position >= TUNNELS) {
        this.#excess = "more tunnels than are kept apart";
        return -1;
      }
      const tunnel = {
        ...{ id: reader.tunnelId, packets: 0, gaps: 0, strays: 0, tap: packet.place },
        ...{ remote: packet.to, next: reader.tunnelSequence, first: packet.ref() },
      };
      this.#tunnels.push(tunnel);
      this.#tunnelKeys.push(key);
      this.#positions.set(key, position);
      this.facts.tunnels.set(key, tunnel);
    }
    this.#lastKey = key;
    return this.#lastPosition = position;
  }

  /** The number of a packet's session, or -1: by its inner flow, or by the datagram that it is a piece of. */
  #session(packet: WanPacket): number {
    const { frame, reader, inner } = packet;
    const whole = reader.pieceEnd - reader.pieceStart === reader.datagramLength;
    let bytes = frame.bytes, view = frame.view, at = reader.pieceStart, end = reader.pieceEnd;
    if (reader.sealed && whole) {
      const datagram = reader.datagram(frame.bytes, packet.initiator);
      if (datagram === undefined) {
        this.facts.unreadable++;
        return -1;
      }
      bytes = datagram;
      view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
      at = 0;
      end = datagram.length;
    }
    let session = -1;
    const clear = !reader.sealed || whole;
    if (clear && reader.pieceOffset === 0 && inner.walkIp(bytes, view, at, end)) {
      session = this.#sessions.find(packet, bytes);
      this.facts.readable++;
    } else if (clear && reader.pieceOffset === 0) this.facts.unreadable++;
    return whole ? session : this.#pieces.add(packet, session);
  }
}
