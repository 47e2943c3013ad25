/**
 * What the LAN taps show, in one streaming pass: for each inner flow the datagrams that went in at
 * one site and came out at another, compared as multisets, so that loss, duplication and any changed
 * octet show with constant state per flow. TTL, hop limit and IPv4 header checksum may differ.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { CrossingTable } from "./crossing_table.ts";
import { DatagramDigest } from "./datagram_digest.ts";
import { LanSides, Way } from "./lan_sides.ts";
import { Arrivals } from "./reordering.ts";
import { MAX_FLOWS, TupleTable } from "./tuples.ts";
import { refTo, timeOf } from "./sighting.ts";

/** Datagrams that are held against those of the other site. */
const DATAGRAMS = 1 << 19;
/** Arrivals of which the order is looked at. */
const ARRIVALS = 400_000;

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

class LanCollector extends Collector<LanFacts> {
  readonly #tuples = new TupleTable(this.bound("datagrams of new flows", MAX_FLOWS));
  readonly #flows: LanFlow[] = [];
  readonly #sides: LanSides;
  readonly #arrivals = new Map<string, Arrivals>();
  readonly #arrived = this.bound("arrivals of stamped datagrams", ARRIVALS);
  readonly #digest = new DatagramDigest();
  readonly #crossing = new CrossingTable(this.bound("datagrams between the sites", DATAGRAMS));
  readonly #taps: readonly Tap[];

  constructor(evidence: Evidence) {
    super();
    this.#sides = new LanSides(evidence);
    this.#taps = evidence.taps;
  }

  override wants(tap: Tap): boolean {
    return tap.side === "lan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    const way = this.#sides.way(frame, walk, tap);
    if (way === Way.none) return;
    const tuple = this.#tuples.index(frame.bytes, walk);
    if (tuple < 0) return;
    const flow = this.#flows[tuple] ??= this.#newFlow(tuple);
    const digest = this.#digest, place = this.#taps.indexOf(tap);
    digest.of(frame.bytes, frame.view, walk);
    const sum = (digest.high >>> 0) * 0x10000 + (digest.low >>> 16);
    if (way === Way.enters) {
      flow.from = tap.node;
      flow.sent++;
      flow.sentSum = (flow.sentSum + sum) % 2 ** 48;
      flow.firstSent ??= refTo(frame, tap);
      this.#crossing.enters(digest, true, frame.number, place, timeOf(frame), tuple);
    } else {
      flow.to = tap.node;
      flow.delivered++;
      flow.deliveredSum = (flow.deliveredSum + sum) % 2 ** 48;
      flow.firstDelivered ??= refTo(frame, tap);
      this.#crossing.leaves(digest, frame.number, place, tuple);
      if (walk.protocol === IP_PROTOCOL.UDP) this.#arrivalsAt(tap.node).datagram(frame, walk);
    }
  }

  facts(): LanFacts {
    const missing = new Map<number, FrameRef>();
    const refAt = (place: number, number: number) => ({ capture: this.#taps[place].name, number });
    this.#crossing.each(({ tag, required, left, inFrame, inPlace, outFrame, outPlace }) => {
      if (left < required && !missing.has(tag)) missing.set(tag, refAt(inPlace, inFrame));
      const flow = this.#flows[tag];
      // What never went in anywhere may have been sent before the captures were begun.
      if (left <= required || flow.sent === 0) return;
      flow.alien += left - required;
      flow.firstAlien ??= refAt(outPlace, outFrame);
    });
    const flows = this.#flows;
    return {
      flows,
      missing: (flow) => missing.get(flows.indexOf(flow)),
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
}
