/**
 * What the LAN taps show, in one streaming pass: for each inner flow the datagrams that went in at
 * one site and came out at another, compared as multisets, so that loss, duplication and any changed
 * octet show with constant state per flow. TTL, hop limit and IPv4 header checksum may differ.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { parseAddress } from "../../../captures/wire/address.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { Arrivals } from "./reordering.ts";
import { MAX_FLOWS, TupleTable } from "./tuples.ts";
import { refTo } from "./sighting.ts";
import { UnderWay } from "./under_way.ts";

/** Datagrams that are under way from one site to another. */
const UNDER_WAY = 400_000;

/** One inner flow at both sites. */
export interface LanFlow {
  flow: string;
  protocol: number;
  ipVersion: number;
  /** Devices that took it in, and that gave it out; "" when none did. */
  from: string;
  to: string;
  sent: number;
  delivered: number;
  /** Sums over all datagrams that differ when any octet of any datagram does. */
  sentSum: number;
  deliveredSum: number;
  firstSent?: FrameRef;
  firstDelivered?: FrameRef;
  /** Datagrams that came out and had not gone in. */
  alien: number;
  firstAlien?: FrameRef;
}

/** What the LAN taps show. */
export interface LanFacts {
  flows: LanFlow[];
  /** A datagram of the flow that went in and did not come out. */
  missing(flow: LanFlow): FrameRef | undefined;
  /** Order of arrival at the LAN side of each device. */
  arrivals: Map<string, Arrivals>;
}

/** The pass over the LAN taps. */
export const lanFacts: FactCollector<LanFacts> = {
  name: "core_identity/lan",
  begin: (evidence) => new LanCollector(evidence),
};

/** A prefix in octets. */
interface Prefix {
  octets: Uint8Array;
  bits: number;
}

class LanCollector extends Collector<LanFacts> {
  readonly #tuples = new TupleTable(this.bound("datagrams of new flows", MAX_FLOWS));
  readonly #flows: LanFlow[] = [];
  readonly #local = new Map<string, Prefix[]>();
  /** The tap of the frame before, and the prefixes behind it. */
  #tap: Tap | undefined;
  #prefixes: Prefix[] = [];
  readonly #arrivals = new Map<string, Arrivals>();
  readonly #arrived = this.bound("arrivals of stamped datagrams", UNDER_WAY);
  /** Datagrams that have not come out yet, by digest. */
  readonly #underWay = new UnderWay(this.bound("datagrams between the sites", UNDER_WAY));

  constructor(evidence: Evidence) {
    super();
    for (const link of evidence.topology?.links ?? []) {
      for (const end of link.ends) {
        const prefixes = end.addresses.map(prefixOf);
        this.#local.set(`${end.node}/${end.interface}`, prefixes);
      }
    }
    for (const point of evidence.topology?.taps ?? []) {
      const prefixes = this.#local.get(`${point.node}/${point.interface}`);
      if (prefixes !== undefined) this.#local.set(point.name, prefixes);
    }
  }

  override wants(tap: Tap): boolean {
    return tap.side === "lan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    if (tap !== this.#tap) this.#enter(tap);
    const length = walk.addressLength, destination = walk.destinationStart;
    const prefixes = this.#prefixes;
    const fromHere = isWithin(prefixes, frame.bytes, walk.sourceStart, length);
    const toHere = isWithin(prefixes, frame.bytes, destination, length);
    // Neighbour discovery, multicast and what stays on this link went through no tunnel.
    if (fromHere === toHere || isLocalTraffic(frame.bytes, destination, length)) return;
    const tuple = this.#tuples.index(frame.bytes, walk);
    if (tuple < 0) return;
    const flow = this.#flows[tuple] ??= this.#newFlow(tuple);
    const digest = digestOf(frame, walk);
    if (fromHere) {
      flow.from = tap.node;
      flow.sent++;
      flow.sentSum = (flow.sentSum + digest) % 2 ** 48;
      flow.firstSent ??= refTo(frame, tap);
      this.#underWay.add(digest, tuple, refTo(frame, tap));
    } else {
      flow.to = tap.node;
      flow.delivered++;
      flow.deliveredSum = (flow.deliveredSum + digest) % 2 ** 48;
      flow.firstDelivered ??= refTo(frame, tap);
      this.#strike(digest, flow, frame, tap);
      if (walk.protocol === IP_PROTOCOL.UDP) this.#arrivalsAt(tap.node).datagram(frame, walk);
    }
  }

  #enter(tap: Tap) {
    this.#tap = tap;
    this.#prefixes = this.#local.get(tap.name) ?? [];
  }

  facts(): LanFacts {
    const left = this.#underWay.left(), flows = this.#flows;
    const places = new Map(flows.map((flow, i) => [flow, i]));
    return {
      flows,
      missing: (flow) => left.get(places.get(flow) ?? -1),
      arrivals: this.#arrivals,
    };
  }

  #newFlow(tuple: number): LanFlow {
    return {
      flow: this.#tuples.text(tuple),
      protocol: this.#tuples.protocol(tuple),
      ipVersion: this.#tuples.ipVersion(tuple),
      ...{ from: "", to: "", sent: 0, delivered: 0, sentSum: 0, deliveredSum: 0, alien: 0 },
    };
  }

  #arrivalsAt(node: string): Arrivals {
    let arrivals = this.#arrivals.get(node);
    if (arrivals === undefined) this.#arrivals.set(node, arrivals = new Arrivals(this.#arrived));
    return arrivals;
  }

  #strike(digest: number, flow: LanFlow, frame: Frame, tap: Tap) {
    // A tap of the far side may come first in the list: then nothing can be said here.
    if (this.#underWay.strike(digest) || flow.sent === 0) return;
    flow.alien++;
    flow.firstAlien ??= refTo(frame, tap);
  }
}

/** A 48-bit digest of a datagram without TTL or hop limit and IPv4 header checksum. */
function digestOf(frame: Frame, w: HeaderWalker): number {
  const { bytes, view } = frame, { l3, end } = w;
  const v4 = w.ipVersion === 4;
  let a = 0x811c9dc5, b = end - l3;
  const words = l3 + (end - l3 & ~3);
  for (let i = l3; i < words; i += 4) {
    let word = view.getUint32(i);
    if (v4 && i === l3 + 8) word &= 0x00ff0000;
    else if (!v4 && i === l3 + 4) word &= 0xffffff00;
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + word | 0, 0x5bd1e995) ^ a;
  }
  for (let i = words; i < end; i++) {
    a = Math.imul(a ^ bytes[i], 0x01000193);
    b = Math.imul(b + bytes[i] | 0, 0x5bd1e995) ^ a;
  }
  return (a >>> 0) * 0x10000 + (b >>> 16);
}

function prefixOf(text: string): Prefix {
  const [address, bits] = text.split("/");
  return { octets: parseAddress(address), bits: Number(bits) };
}

function isWithin(prefixes: readonly Prefix[], bytes: Uint8Array, at: number, length: number) {
  for (const { octets, bits } of prefixes) {
    if (octets.length !== length) continue;
    let same = true;
    for (let bit = 0, i = 0; bit < bits && same; bit += 8, i++) {
      const mask = bits - bit >= 8 ? 255 : 0xff00 >> (bits - bit) & 255;
      same = (octets[i] & mask) === (bytes[at + i] & mask);
    }
    if (same) return true;
  }
  return false;
}

function isLocalTraffic(bytes: Uint8Array, destination: number, length: number): boolean {
  const first = bytes[destination];
  if (length === 4) return first >= 224;
  return first === 0xff || first === 0xfe && (bytes[destination + 1] & 0xc0) === 0x80;
}
