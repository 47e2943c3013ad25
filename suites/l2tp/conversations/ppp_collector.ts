/** Collects what data messages carry: every packet by which PPP negotiates, and datagrams by number. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { looksLikeDns } from "../../../captures/wire/dns.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import { Arena } from "../../kit/arena.ts";
import { Places } from "../../kit/capture_series.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { Parties, type Route } from "../facts/parties.ts";
import { payloadOf } from "../facts/recogniser.ts";

/** Bounds: flows, negotiating packets of each and of all, and octets of one. */
const FLOWS = 32_768, OF_FLOW = 256, PACKETS = 65_536, OCTETS = 256, PROTOCOLS = 16;
/** Links that one flow carries one after the other, and Echo-Requests that nobody answered yet. */
const LINKS = 64, ECHOES = 16;
/** LCP and its codes that are sent again and again on a link that is up. */
const LCP: number = ppp.PppProtocol.lcp, ECHO_REQUEST = 9, ECHO_REPLY = 10, DISCARD_REQUEST = 11;
const CONFIGURE_REQUEST = 1;
/** Seconds within which the same octets twice are a frame that a mirror port shows twice. */
const MIRRORED = 0.001;
/** Octets of a message that are compared with those of the one before, with its length. */
const COMPARED = 64;
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

/** Datagrams of one link among those that a flow carried, one after the other. */
export interface PppDatagrams {
  /** Seconds since 1970 of the first and the last datagram. */
  firstTime: number;
  lastTime: number;
  /** Packets and octets by PPP protocol number; -1 for those of too many. */
  counts: Map<number, { packets: number; octets: number }>;
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
  /** The last LCP Echo-Requests, and seconds since 1970 of the last Echo-Reply; 0 without any. */
  echoRequests: { time: number; frame: FrameRef }[];
  lastEchoReply: number;
  /** Datagrams, by the links whose LCP began anew between them; never empty. */
  links: PppDatagrams[];
  /** Frames without a PPP protocol that can be read. */
  unreadable: number;
  /** Data messages that came twice at once; absent where none did. */
  doubled?: number;
  first: FrameRef;
  firstTime: number;
  lastTime: number;
}

/** The collector. Nothing is judged by it: what finds no room is counted and told. */
export const pppFacts: FactCollector<readonly PppFlow[]> = {
  name: "l2tp/ppp",
  begin: (evidence) => new PppCollector(evidence),
};

interface KeyedFlow extends PppFlow {
  route: Route;
  /** Length and digest of the message before, which a mirror may show again. */
  size: number;
  digest: number;
}

class PppCollector extends Collector<readonly PppFlow[]> {
  readonly #parties: Parties;
  readonly #view = new L2tpView();
  /** By addresses and identifiers: few flows have the same hash. */
  readonly #flows = new Map<number, KeyedFlow[]>();
  readonly #bound = this.bound("sessions with data", FLOWS);
  readonly #places = new Places();
  readonly #arena = new Arena();
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
    const time = frame.seconds + frame.nanoseconds / 1e9, before = flow.lastTime;
    flow.lastTime = time;
    if (!isAgain(flow, frame, at, walk.end, time - before)) this.#read(flow, frame, tap);
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
      return echo(flow, code, { capture: tap.name, number: frame.number });
    }
    if (protocol === LCP && code === CONFIGURE_REQUEST) begin(flow);
    if (flow.packets.length >= OF_FLOW || this.#kept >= PACKETS) return void flow.left++;
    this.#kept++;
    const length = end - at >= 4 ? Math.max(4, get16(bytes, at + 2)) : 0;
    flow.packets.push({
      ...{ time: flow.lastTime, frame: { capture: tap.name, number: frame.number } },
      ...{ protocol, code, identifier: at + 1 < end ? bytes[at + 1] : -1 },
      data: this.#arena.keep(bytes, Math.min(at + 4, end), Math.min(end, at + length, at + OCTETS)),
    });
  }

  #flow(frame: Frame, walk: HeaderWalker, tap: Tap): KeyedFlow | undefined {
    const route = this.#parties.route(frame.bytes, walk);
    const { tunnelId, sessionId } = this.#view;
    // A NAT may give it another port at any time.
    const key = this.#parties.pathKey(frame.bytes, walk, tunnelId * 0x10000 + sessionId),
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
      ...{ packets: [], left: 0, echoRequests: [], lastEchoReply: 0, unreadable: 0 },
      ...{ links: [noDatagrams()], size: -1, digest: 0 },
      ...{ first: { capture: tap.name, number: frame.number }, firstTime: time, lastTime: time },
    };
    this.#count++;
    // Pushed to, a list takes room for many, and mostly there is one.
    this.#flows.set(key, [...known, flow]);
    return flow;
  }
}

function noDatagrams(): PppDatagrams {
  return { firstTime: 0, lastTime: 0, counts: new Map() };
}

/** Whether a message is the one before it, which a mirror port shows at two of its ports. */
function isAgain(
  flow: KeyedFlow,
  { view }: Frame,
  at: number,
  end: number,
  after: number,
): boolean {
  let digest = end - at;
  for (let i = at, stop = Math.min(end, at + COMPARED) - 4; i <= stop; i += 4) {
    digest = Math.imul(digest ^ view.getInt32(i), 0x9e3779b1);
    digest ^= digest >>> 15;
  }
  const isSame = flow.size === end - at && flow.digest === digest && Math.abs(after) <= MIRRORED;
  // The third of three is one more.
  flow.size = isSame ? -1 : end - at;
  flow.digest = digest;
  return isSame;
}

function echo(flow: PppFlow, code: number, frame: FrameRef): void {
  if (code === ECHO_REPLY) flow.lastEchoReply = flow.lastTime;
  if (code !== ECHO_REQUEST) return;
  if (flow.echoRequests.length >= ECHOES) flow.echoRequests.shift();
  flow.echoRequests.push({ time: flow.lastTime, frame });
}

/** LCP begins anew: what comes is of another link, once the one before carried datagrams. */
function begin({ links }: PppFlow): void {
  if (links[links.length - 1].counts.size > 0 && links.length < LINKS) links.push(noDatagrams());
}

function count({ links, lastTime }: PppFlow, protocol: number, octets: number): void {
  const link = links[links.length - 1], { counts } = link;
  if (counts.size === 0) link.firstTime = lastTime;
  link.lastTime = lastTime;
  const isNew = !counts.has(protocol);
  // What carries noise has more protocols than there are.
  const key = isNew && counts.size >= PROTOCOLS ? -1 : protocol;
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { packets: 1, octets });
  else {
    known.packets++;
    known.octets += octets;
  }
}
