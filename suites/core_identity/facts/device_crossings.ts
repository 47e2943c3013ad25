/** The running state of one device: the datagrams at its LAN and in its tunnels. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { parseAddress } from "../../../captures/wire/address.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { type CrossingEntry, CrossingTable } from "./crossing_table.ts";
import { DatagramDigest } from "./datagram_digest.ts";
import { type JoinBounds, JoinedPieces } from "./joined_pieces.ts";
import { isWithin, type LanSides, type Prefix } from "./lan_sides.ts";
import { NumberSet } from "./number_set.ts";
import { timeOf } from "./sighting.ts";
import type { WanPacket } from "./wan_packet.ts";

/** What became of the datagrams that a device had to carry one way. */
export interface Crossing {
  node: string;
  role: string;
  /** From its LAN into the tunnels, or out of the tunnels to its LAN. */
  way: "egress" | "ingress";
  /** Datagrams that had to leave, and all that left. */
  required: number;
  left: number;
  /** Datagrams that had to leave and did not, as they were. */
  missing: number;
  firstMissing?: FrameRef;
  /** Datagrams that left more often than they entered. */
  doubled: number;
  firstDoubled?: FrameRef;
  /** Datagrams that left and had not entered, as they were. */
  invented: number;
  firstInvented?: FrameRef;
  /** Datagrams that left with a TTL or hop limit that no forwarding explains. */
  hops: number;
  firstHops?: readonly [FrameRef, FrameRef];
  /** Datagrams whose IPv4 header checksum was right and is wrong. */
  ruined: number;
  firstRuined?: readonly [FrameRef, FrameRef];
  /** Datagrams that travelled with more or fewer octets than their IP header says. */
  ragged: number;
  firstRagged?: FrameRef;
  /** ICMP errors of the device: it may have refused datagrams. */
  refusals: number;
  /** Fragments among what it is not seen to have taken in: it may have fragmented datagrams. */
  fragments: number;
  /** Packets whose datagrams are ciphertext without a known key. */
  closed: number;
  /** IP fragments of packets, which are not joined. */
  cut: number;
}

/** Limits of what is kept. */
export interface CrossingBounds extends JoinBounds {
  /** Distinct datagrams one way through one device. */
  crossing: Bound;
  pages: Bound;
  aggregates: Bound;
  tunnels: Bound;
}

/** By so much a TTL may fall in one device, which may be made of several hops itself. */
const HOPS = 4;
/** The tag of a datagram that left as a fragment. */
const FRAGMENT = 1;

/** One way through the device. */
interface Side {
  table: CrossingTable;
  pieces: JoinedPieces;
  facts: Crossing;
}

/** Holds what enters a device against what leaves it, both ways. */
export class DeviceCrossings {
  readonly #egress: Side;
  readonly #ingress: Side;
  readonly #own: Uint8Array[];
  readonly #behind: Prefix[];
  readonly #beyond: Prefix[];
  readonly #bounds: CrossingBounds;
  readonly #taps: readonly Tap[];
  readonly #digest = new DatagramDigest();
  /** Global sequence numbers that arrived, by aggregate. */
  readonly #arrived = new Map<number, NumberSet>();
  readonly #pages = { count: 0 };
  /** When each tunnel was first held to be up. */
  readonly #confirmed = new Map<number, number>();

  /**
   * @param node The device.
   * @param sides The prefixes behind each LAN tap.
   */
  constructor(
    evidence: Evidence,
    { name: node, role }: { name: string; role: string },
    sides: LanSides,
    bounds: CrossingBounds,
  ) {
    this.#bounds = bounds;
    this.#taps = evidence.taps;
    this.#own = new LabView(evidence).addressesOf(node).map((text) => parseAddress(text));
    this.#behind = sides.prefixes(evidence, node, false);
    this.#beyond = sides.prefixes(evidence, node, true);
    const side = (way: Crossing["way"]): Side => ({
      table: new CrossingTable(bounds.crossing),
      pieces: new JoinedPieces(bounds),
      facts: {
        ...{ node, role, way, required: 0, left: 0, missing: 0, doubled: 0, invented: 0 },
        ...{ hops: 0, ruined: 0, ragged: 0, refusals: 0, fragments: 0, closed: 0, cut: 0 },
      },
    });
    this.#egress = side("egress");
    this.#ingress = side("ingress");
  }

  /** A tunnel of an end at this device is held to be up. */
  confirmed(key: number, time: number) {
    const known = this.#confirmed.get(key);
    if (known === undefined && !this.#bounds.tunnels.admits(this.#confirmed.size)) return;
    if (known === undefined || time < known) this.#confirmed.set(key, time);
  }

  /** A datagram between the device and a host on the link itself. */
  answers(bytes: Uint8Array, walk: HeaderWalker) {
    if (this.#isOwn(bytes, walk) && isIcmpError(bytes, walk)) this.#egress.facts.refusals++;
  }

  /** A host sends a datagram through the device. @param place Index of the tap. */
  fromHost(frame: Frame, walk: HeaderWalker, place: number) {
    const { bytes } = frame, digest = this.#digest;
    digest.of(bytes, frame.view, walk);
    const isFar = isWithin(this.#beyond, bytes, walk.destinationStart, walk.addressLength);
    const isRequired = isFar && isForwardable(digest);
    this.#egress.table.enters(digest, isRequired, frame.number, place, timeOf(frame));
  }

  /** The device forwards a datagram to a host. */
  toHost(frame: Frame, walk: HeaderWalker, place: number) {
    if (this.#isOwn(frame.bytes, walk)) return;
    this.#digest.of(frame.bytes, frame.view, walk);
    this.#leaves(this.#ingress, walk, frame.number, place);
  }

  /** A fragment of a packet leaves the device, or arrives. */
  fragment(leaves: boolean) {
    (leaves ? this.#egress : this.#ingress).facts.cut++;
  }

  /** The device sends an encapsulation packet. */
  intoTunnel(packet: WanPacket, place: number) {
    const side = this.#egress, octets = inside(packet, side);
    if (octets === undefined) return;
    const { inner } = packet, { number } = packet.frame;
    const isHosts = isWithin(this.#behind, octets, inner.sourceStart, inner.addressLength);
    if (!isHosts || this.#isOwn(octets, inner)) {
      if (isIcmpError(octets, inner)) this.#ingress.facts.refusals++;
      return;
    }
    this.#digest.of(octets, packet.innerView, inner);
    this.#leaves(side, inner, number, place);
    if (hasItsLength(packet, octets)) return;
    side.facts.ragged++;
    side.facts.firstRagged ??= this.#ref(place, number);
  }

  /** An encapsulation packet arrives at the device. */
  outOfTunnel(packet: WanPacket, place: number) {
    const { aggregateId, globalSequence } = packet.data;
    const isNew = this.#numbers(aggregateId)?.add(globalSequence) ?? false;
    const octets = inside(packet, this.#ingress);
    if (octets === undefined) return;
    const digest = this.#digest, { inner, frame } = packet;
    digest.of(octets, packet.innerView, inner);
    const isHere = isWithin(this.#behind, octets, inner.destinationStart, inner.addressLength);
    const isRequired = isNew && isHere && isForwardable(digest) && hasItsLength(packet, octets);
    this.#ingress.table.enters(digest, isRequired, frame.number, place, timeOf(frame));
  }

  /** What became of the datagrams; call it once, after the last frame. */
  settle(): Crossing[] {
    // Before its tunnels are up a device may let datagrams wait, or go.
    const up = this.#confirmed.size === 0 ? Infinity : Math.max(...this.#confirmed.values());
    return [this.#egress, this.#ingress].map(({ table, facts }) => {
      table.each((entry) => this.#settle(facts, entry, up));
      return facts;
    });
  }

  #settle(facts: Crossing, entry: Readonly<CrossingEntry>, up: number) {
    const { left } = entry, entered = entry.required + entry.allowed;
    const required = entry.firstTime >= up
      ? entry.required
      : entry.lastTime >= up
      ? Math.min(1, entry.required)
      : 0;
    facts.required += required;
    facts.left += left;
    const inRef = () => this.#ref(entry.inPlace, entry.inFrame);
    const outRef = () => this.#ref(entry.outPlace, entry.outFrame);
    if (left < required) {
      facts.missing += required - left;
      facts.firstMissing ??= inRef();
    }
    if (entered === 0) {
      facts.invented += left;
      facts.firstInvented ??= outRef();
      if (entry.tag === FRAGMENT) facts.fragments += left;
      return;
    }
    if (left > entered) {
      facts.doubled += left - entered;
      facts.firstDoubled ??= outRef();
    }
    if (left === 0) return;
    if (entry.outGreatest > entry.inGreatest || entry.outLeast < entry.inLeast - HOPS) {
      facts.hops++;
      facts.firstHops ??= [inRef(), outRef()];
    }
    if (entry.isRuined && !entry.wasRuined) {
      facts.ruined++;
      facts.firstRuined ??= [inRef(), outRef()];
    }
  }

  #leaves({ table }: Side, walk: HeaderWalker, number: number, place: number) {
    table.leaves(this.#digest, number, place, walk.isFragment ? FRAGMENT : 0);
  }

  #numbers(aggregate: number): NumberSet | undefined {
    let numbers = this.#arrived.get(aggregate);
    if (numbers === undefined && this.#bounds.aggregates.admits(this.#arrived.size)) {
      numbers = new NumberSet(this.#bounds.pages, this.#pages);
      this.#arrived.set(aggregate, numbers);
    }
    return numbers;
  }

  #isOwn(bytes: Uint8Array, walk: HeaderWalker): boolean {
    for (let i = 0; i < this.#own.length; i++) if (walk.isFrom(bytes, this.#own[i])) return true;
    return false;
  }

  #ref(place: number, number: number): FrameRef {
    return { capture: this.#taps[place].name, number };
  }
}

/** Walks the datagram of which the packet is the whole or the last piece; gives its octets. */
function inside(packet: WanPacket, { pieces, facts }: Side): Uint8Array | undefined {
  if (packet.isClosed) {
    facts.closed++;
    return undefined;
  }
  if (packet.data.isWholeDatagram) return packet.walkInner();
  const octets = pieces.add(packet);
  return octets && packet.walkJoined(octets);
}

/** Whether the datagram travelled with as many octets as its IP header says. */
function hasItsLength({ inner, innerEnd }: WanPacket, octets: Uint8Array): boolean {
  const { l3 } = inner;
  const told = inner.ipVersion === 4 ? get16(octets, l3 + 2) : 40 + get16(octets, l3 + 4);
  return l3 + told === innerEnd;
}

/** Whether a router forwards such a datagram (RFC 1812 §5.2.2, §5.3.1). */
function isForwardable({ intact, ttl }: DatagramDigest): boolean {
  return intact && ttl > 1;
}

/** Whether the datagram reports an error (RFC 792: types 3, 4, 11, 12; RFC 4443 §2.1: below 128). */
function isIcmpError(bytes: Uint8Array, { protocol, l4, end }: HeaderWalker): boolean {
  if (l4 < 0 || l4 >= end) return false;
  const type = bytes[l4];
  if (protocol === IP_PROTOCOL.ICMPV6) return type < 128;
  return protocol === IP_PROTOCOL.ICMP && (type === 3 || type === 4 || type === 11 || type === 12);
}
