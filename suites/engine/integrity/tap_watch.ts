/**
 * The watch over one capture while it is walked: whether time rises in it, whether its frames are of
 * its link, what its host sent and got, and what left or came through it.
 */
import type { Frame } from "../../../captures/frame.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import type { EndPlace } from "../../kit/ethernet.ts";
import { linkAddress, linkEndAt } from "../../kit/link_address.ts";
import { hasStamp, isStamped } from "../../kit/stamp.ts";
import type { Census } from "./census.ts";
import { addressKey, fingerprint } from "./fingerprint.ts";
import type { PacketLedger } from "./packet_ledger.ts";
import type { EdgeTap } from "./segments.ts";

const { TCP, ICMP, ICMPV6 } = IP_PROTOCOL;
/** Octets of an Ethernet header, and of the shortest one of IPv4. */
const ETHERNET = 14, IPV4 = 20;

/** What the captures of one segment share: its packets one by one, or their numbers. */
export interface SegmentWatch {
  ledger?: PacketLedger;
  census?: Census;
  /** Set once a datagram is larger than its links: it is cut or merged on the way. */
  isOversized: boolean;
}

/** How a tap is watched. */
export interface TapWatchOptions {
  /** Absent for a tap without a place in the topology: only its times are seen then. */
  edge?: EdgeTap;
  /** Absent for a tap that is held against no other. */
  shared?: SegmentWatch;
  /** Whether every octet that its host sent is looked at. */
  isUnbound: boolean;
  /** Milliseconds by which time may fall. */
  disorder: number;
  /** Taps, by position in the topology, to which nothing need come: their nodes were killed. */
  dead: ReadonlySet<number>;
}

/** A class with all its numbers in place, as it sees every frame. */
export class TapWatch {
  /** Milliseconds of the earliest frame, of the latest, and of the one before. */
  first = NaN;
  last = NaN;
  #before = -Infinity;
  /** Number of the first frame whose time falls; 0 for none. */
  falls = 0;
  /** The first frame that was on another link, by its addresses, and that link; 0 for none. */
  foreign = 0;
  foreignLink = -1;
  /** Whether its frames have the addresses by which the ends of a link are known. */
  isKnown = false;
  /** Stamped datagrams from and to the host at the link. */
  fromHost = 0;
  toHost = 0;
  /** The first of those from the host whose payload is not as it was sent; 0 for none. */
  altered = 0;

  readonly edge: EdgeTap | undefined;
  readonly shared: SegmentWatch | undefined;
  readonly #isUnbound: boolean;
  readonly #disorder: number;
  readonly #dead: ReadonlySet<number>;
  /** The Ethernet address that tells frames of the link: its first four octets, and the last two. */
  readonly #knownHigh: number = 0;
  readonly #knownLow: number = 0;
  /** Whether it is that of the end that is captured. */
  readonly #isOwn: boolean = false;
  /** Keys of the addresses of the packet before, and what the segment makes of them. */
  #source = NaN;
  #destination = NaN;
  /** Tap where such packets leave the segment, if they entered it by another one; or -1. */
  #receiver = -1;
  #mustHaveLeft = false;
  #mustArrive = false;

  constructor({ edge, shared, isUnbound, disorder, dead }: TapWatchOptions) {
    this.edge = edge;
    this.shared = shared;
    this.#isUnbound = isUnbound;
    this.#disorder = disorder;
    this.#dead = dead;
    if (edge === undefined) return;
    const known = viewOf(linkAddress(edge.known >> 1, (edge.known & 1) === 0 ? 0 : 1));
    this.#knownHigh = known.getUint32(0);
    this.#knownLow = known.getUint16(4);
    this.#isOwn = edge.known === edge.near;
  }

  /** Sees a frame whose headers were walked. */
  see(frame: Frame, walk: HeaderWalker): void {
    const at = frame.seconds * 1000 + frame.nanoseconds / 1e6;
    if (!(at <= this.last)) {
      if (this.last !== this.last) this.first = at;
      this.last = at;
    } else if (at < this.#before - this.#disorder) {
      if (this.falls === 0) this.falls = frame.number;
      if (at < this.first) this.first = at;
    }
    this.#before = at;
    const { view, start, linkType } = frame;
    const isPlaced = this.edge !== undefined && linkType === LINK_TYPE.ETHERNET;
    if (!isPlaced || frame.end - start < ETHERNET) return;
    // A device may have brought an address of its own: that of the other end, which is ours, tells.
    const high = this.#knownHigh, low = this.#knownLow;
    const isFrom = view.getUint16(start + 10) === low && view.getUint32(start + 6) === high;
    if (!isFrom && (view.getUint16(start + 4) !== low || view.getUint32(start) !== high)) {
      this.#stranger(frame);
    } else if (walk.l3 >= 0) {
      this.isKnown = true;
      this.#packet(frame, walk, at, isFrom !== this.#isOwn);
    }
  }

  /** Sees a frame that neither comes from the other end of the link nor goes there. */
  #stranger({ bytes, view, start, number }: Frame): void {
    // Whoever joins links to one may have one address on all of them, and cry from it to everybody.
    if (this.foreign !== 0 || (bytes[start] & 1) !== 0) return;
    const to = linkEndAt(view, start), from = linkEndAt(view, start + 6);
    const { near, ethernet } = this.edge!;
    if (to < 0 && from < 0 || to === near || from === near) return;
    // Who passes whole frames may pass them to everybody.
    const isHere = ({ link, side }: EndPlace) => [to, from].includes(2 * link + side);
    if (ethernet.some(isHere)) return;
    this.foreign = number;
    this.foreignLink = (to >= 0 ? to : from) >> 1;
  }

  #packet(frame: Frame, walk: HeaderWalker, at: number, arrives: boolean): void {
    const { host, segment, index } = this.edge!, { view } = frame, { protocol, ipVersion } = walk;
    if (host !== undefined && walk.udpPayload >= 0 && hasStamp(view, walk)) {
      if (arrives === host.isNear) this.toHost++;
      else this.#sent(frame, walk);
    }
    const { shared } = this;
    if (shared === undefined) return;
    // Kernels cut and join the segments of TCP; routers speak ICMP of their own.
    if (protocol === TCP || protocol === ICMP || protocol === ICMPV6) return;
    // Multicast, broadcast and link-local packets stay where they are.
    const to = frame.bytes[walk.destinationStart];
    if (ipVersion === 4 ? to >= 224 : to >= 0xfe) return;
    if (frame.end - frame.start < frame.originalLength) return;
    this.#look(view, walk);
    const receiver = this.#receiver, { ledger, census } = shared;
    if (arrives) {
      if (receiver === index) census?.arrival(index);
      ledger?.arrival(fingerprint(view, walk), index, frame.number, at, this.#mustHaveLeft);
      return;
    }
    const isLarge = walk.end - walk.l3 > segment.mtu;
    if (isLarge) shared.isOversized = true;
    const due = this.#mustArrive && !isLarge && isForwarded(frame, walk) ? receiver : -1;
    if (due >= 0) census?.departure(due, at);
    ledger?.departure(fingerprint(view, walk), index, frame.number, at, due);
  }

  /** Counts a stamped datagram that the host sent: its payload is known. */
  #sent({ bytes, number }: Frame, walk: HeaderWalker): void {
    this.fromHost++;
    if (!this.#isUnbound || this.altered !== 0 || walk.isFragment) return;
    if (!isStamped(bytes.subarray(walk.udpPayload, walk.end))) this.altered = number;
  }

  /** Looks up the addresses of a packet, unless they are those of the packet before. */
  #look(view: DataView, walk: HeaderWalker): void {
    const isV4 = walk.ipVersion === 4, at = walk.l3 + (isV4 ? 12 : 8);
    const source = isV4 ? view.getInt32(at) : addressKey(view, at, 16);
    const destination = isV4 ? view.getInt32(at + 4) : addressKey(view, at + 16, 16);
    if (this.#source === source && this.#destination === destination) return;
    const { segment, index } = this.edge!;
    this.#source = source;
    this.#destination = destination;
    this.#mustHaveLeft = !segment.isOpen && !segment.unseen.has(source);
    const isCaptured = this.#mustHaveLeft && segment.known.has(source);
    this.#receiver = isCaptured ? segment.tapOf.get(destination) ?? -1 : -1;
    this.#mustArrive = this.#receiver >= 0 && this.#receiver !== index &&
      !this.#dead.has(this.#receiver);
  }
}

/** Whether a router has no reason to drop a packet: its header is whole, plain, and has hops left. */
function isForwarded({ bytes, view, end }: Frame, walk: HeaderWalker): boolean {
  const { l3 } = walk, length = walk.end - l3;
  if (walk.end > end) return false;
  if (walk.ipVersion === 6) {
    return bytes[l3 + 7] > 1 && bytes[l3 + 6] === walk.protocol &&
      view.getUint16(l3 + 4) === length - 40;
  }
  if (bytes[l3 + 8] <= 1 || walk.l4 !== l3 + IPV4 || view.getUint16(l3 + 2) !== length) {
    return false;
  }
  let sum = 0;
  for (let i = l3; i < l3 + IPV4; i += 4) {
    const word = view.getUint32(i);
    sum += (word >>> 16) + (word & 0xffff);
  }
  sum = (sum & 0xffff) + (sum >>> 16);
  // All ones: the Internet checksum of a header that is whole (RFC 1071 §1).
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}
