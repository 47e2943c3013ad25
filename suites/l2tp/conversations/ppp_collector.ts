/** Collects what data messages carry: every packet by which PPP negotiates, and datagrams by number. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { looksLikeDns } from "../../../captures/wire/dns.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import { Places } from "../../kit/capture_series.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { Parties, type Route } from "../facts/parties.ts";
import { payloadOf } from "../facts/recogniser.ts";

/** Bounds: flows, negotiating packets of each and of all, and octets of one. */
const FLOWS = 32_768, OF_FLOW = 256, PACKETS = 65_536, OCTETS = 256, PROTOCOLS = 16;
/** LCP and its codes that are sent again and again on a link that is up. */
const LCP: number = ppp.PppProtocol.lcp, ECHO_REQUEST = 9, DISCARD_REQUEST = 11;
/** Protocols from here on negotiate, or say who somebody is (RFC 1661 §2). */
const NEGOTIATING = 0x8000;

/** A packet by which PPP negotiates. */
export interface PppPacket {
  /** Seconds since 1970. */
  time: number;
  frame: FrameRef;
  protocol: number;
  /** -1 where it is cut short. */
  code: number;
  identifier: number;
  /** What follows code, identifier and length: at the most 252 octets. */
  data: Uint8Array;
}

/** What one end of a PPP link sent through a session. */
export interface PppFlow {
  place: string;
  /** Addresses of sender and receiver. */
  from: string;
  to: string;
  sourcePort: number;
  destinationPort: number;
  /** Identifiers of the receiver. */
  tunnelId: number;
  sessionId: number;
  packets: PppPacket[];
  /** Negotiating packets that found no room. */
  left: number;
  /** LCP Echo and Discard packets. */
  echoes: number;
  /** Datagrams and their octets, by PPP protocol number; -1 for those of too many. */
  datagrams: Map<number, { packets: number; octets: number }>;
  /** Frames without a PPP protocol that can be read. */
  unreadable: number;
  /** Data messages that came twice at once; absent where none did. */
  doubled?: number;
  first: FrameRef;
  firstTime: number;
  lastTime: number;
  /** Seconds since 1970 of the first datagram; undefined without any. */
  firstDatagram?: number;
}

/** The collector. Nothing is judged by it: what finds no room is counted and told. */
export const pppFacts: FactCollector<readonly PppFlow[]> = {
  name: "l2tp/ppp",
  begin: (evidence) => new PppCollector(evidence),
};

interface KeyedFlow extends PppFlow {
  route: Route;
}

class PppCollector extends Collector<readonly PppFlow[]> {
  readonly #parties: Parties;
  readonly #view = new L2tpView();
  /** By addresses and identifiers: few flows have the same hash. */
  readonly #flows = new Map<number, KeyedFlow[]>();
  readonly #bound = this.bound("sessions with data", FLOWS);
  readonly #places = new Places();
  #count = 0;
  #kept = 0;

  constructor(evidence: Evidence) {
    super();
    this.#parties = new Parties(evidence);
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const at = payloadOf(walk), { bytes } = frame, view = this.#view;
    if (at < 0 || (bytes[at] & 0x80) !== 0 || (bytes[at + 1] & 15) !== VERSION) return;
    if (!view.at(bytes, at, walk.end) || looksLikeDns(bytes, at, walk.end)) return;
    const flow = this.#flow(frame, walk, tap);
    if (flow === undefined) return;
    flow.lastTime = frame.seconds + frame.nanoseconds / 1e9;
    this.#read(flow, frame, tap);
  }

  facts(): readonly PppFlow[] {
    return [...this.#flows.values()].flat();
  }

  #read(flow: KeyedFlow, frame: Frame, tap: Tap): void {
    const { bytes } = frame, { end } = this.#view;
    let at = this.#view.headerEnd;
    if (end - at >= 2 && bytes[at] === 0xff && bytes[at + 1] === 3) at += 2;
    if (at >= end) return void flow.unreadable++;
    const short = (bytes[at] & 1) === 1;
    if (!short && end - at < 2) return void flow.unreadable++;
    const protocol = short ? bytes[at] : get16(bytes, at);
    at += short ? 1 : 2;
    if (protocol < NEGOTIATING) return count(flow, protocol, end - at);
    const code = at < end ? bytes[at] : -1;
    if (protocol === LCP && code >= ECHO_REQUEST && code <= DISCARD_REQUEST) {
      return void flow.echoes++;
    }
    if (flow.packets.length >= OF_FLOW || this.#kept >= PACKETS) return void flow.left++;
    this.#kept++;
    const length = end - at >= 4 ? Math.max(4, get16(bytes, at + 2)) : 0;
    flow.packets.push({
      ...{ time: flow.lastTime, frame: { capture: tap.name, number: frame.number } },
      ...{ protocol, code, identifier: at + 1 < end ? bytes[at + 1] : -1 },
      data: bytes.slice(Math.min(at + 4, end), Math.min(end, at + length, at + OCTETS)),
    });
  }

  #flow(frame: Frame, walk: HeaderWalker, tap: Tap): KeyedFlow | undefined {
    const route = this.#parties.route(frame.bytes, walk);
    const { tunnelId, sessionId } = this.#view;
    const key = this.#parties.flowKey(frame.bytes, walk, tunnelId * 0x10000 + sessionId),
      known = this.#flows.get(key) ?? [];
    const place = this.#places.of(tap);
    for (const flow of known) {
      const { keys: [source, destination] } = flow.route;
      const same = flow.tunnelId === tunnelId && flow.sessionId === sessionId &&
        source === route.keys[0] && destination === route.keys[1];
      if (same && flow.place === place) return flow;
    }
    if (!this.#bound.admits(this.#count)) return undefined;
    const time = frame.seconds + frame.nanoseconds / 1e9;
    const flow: KeyedFlow = {
      ...{ route, place, from: route.from, to: route.to, tunnelId, sessionId },
      ...{ sourcePort: walk.sourcePort, destinationPort: walk.destinationPort },
      ...{ packets: [], left: 0, echoes: 0, datagrams: new Map(), unreadable: 0 },
      ...{ first: { capture: tap.name, number: frame.number }, firstTime: time, lastTime: time },
    };
    this.#count++;
    known.push(flow);
    this.#flows.set(key, known);
    return flow;
  }
}

function count(flow: PppFlow, protocol: number, octets: number): void {
  flow.firstDatagram ??= flow.lastTime;
  const { datagrams } = flow;
  const isNew = !datagrams.has(protocol);
  // What carries noise has more protocols than there are.
  const key = isNew && datagrams.size >= PROTOCOLS ? -1 : protocol;
  const known = datagrams.get(key);
  if (known === undefined) datagrams.set(key, { packets: 1, octets });
  else {
    known.packets++;
    known.octets += octets;
  }
}
