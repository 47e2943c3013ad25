/** Collects what data messages carry: every packet by which PPP negotiates, and datagrams by number. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { looksLikeDns } from "../../../captures/wire/dns.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import { appended } from "../../kit/appended.ts";
import { Arena } from "../../kit/arena.ts";
import { Places } from "../../kit/capture_series.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { FlowTable, HEAD } from "../facts/flow_table.ts";
import { Parties } from "../facts/parties.ts";
import { payloadOf } from "../facts/recogniser.ts";
import { noDatagrams, type PppDatagrams, PppFlow, PppPacket } from "./ppp_flow.ts";

/** Bounds: flows, negotiating packets of each and of all, and octets of one. */
const FLOWS = 32_768, OF_FLOW = 256, PACKETS_KEPT = 65_536, OCTETS = 256, PROTOCOLS = 16;
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

/** The collector. Nothing is judged by it: what finds no room is counted and told. */
export const pppFacts: FactCollector<readonly PppFlow[]> = {
  name: "l2tp/ppp",
  begin: (evidence) => new PppCollector(evidence),
};

/** Words of a row: those of `isAgain`, and how many datagrams of one protocol came that are not counted yet. */
const SIZE = HEAD, TIME = HEAD + 1, DIGEST = HEAD + 3, PROTOCOL = HEAD + 4, PACKETS = HEAD + 5;
const OCTETS_SENT = HEAD + 6, LAST_DATAGRAM = HEAD + 7;
const ROW = HEAD + 9;
/** Octets that are counted in a row at most, so that they fit. */
const MOST = 0x7fff0000;

class PppCollector extends Collector<readonly PppFlow[]> {
  readonly #parties: Parties;
  readonly #view = new L2tpView();
  readonly #table = new FlowTable(ROW, this.bound("sessions with data", FLOWS));
  readonly #flows: PppFlow[] = [];
  readonly #places = new Places();
  readonly #arena = new Arena();
  // A NAT may give it another port at any time.
  readonly #key = { ids: 0, port: 0 };
  #kept = 0;

  constructor(evidence: Evidence) {
    super();
    this.#parties = new Parties(evidence);
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const at = payloadOf(walk), { bytes } = frame, view = this.#view, table = this.#table;
    if (at < 0 || (bytes[at] & 0x80) !== 0 || (bytes[at + 1] & 15) !== VERSION) return;
    if (!view.at(bytes, at, walk.end) || looksLikeDns(bytes, at, walk.end)) return;
    this.#key.ids = view.tunnelId << 16 | view.sessionId;
    const place = this.#places.of(tap), known = table.count;
    const index = table.index(bytes, walk, place, this.#key);
    if (index < 0) return;
    if (index === known) this.#begin(frame, walk, tap, place);
    const time = frame.seconds + frame.nanoseconds / 1e9, at64 = (index * ROW + TIME) >> 1;
    const after = time - table.times[at64];
    table.times[at64] = time;
    if (!this.#isAgain(index, frame, at, walk.end, after)) this.#read(index, frame, tap, time);
  }

  facts(): readonly PppFlow[] {
    for (const [index, flow] of this.#flows.entries()) {
      this.#count(index);
      flow.lastTime = this.#table.times[(index * ROW + TIME) >> 1];
    }
    return this.#flows;
  }

  #read(index: number, frame: Frame, tap: Tap, time: number): void {
    const { bytes } = frame, { end } = this.#view, flows = this.#flows;
    let at = this.#view.headerEnd;
    if (end - at >= 2 && bytes[at] === 0xff && bytes[at + 1] === 3) at += 2;
    if (at >= end) return void flows[index].unreadable++;
    const short = (bytes[at] & 1) === 1;
    if (!short && end - at < 2) return void flows[index].unreadable++;
    const protocol = short ? bytes[at] : get16(bytes, at);
    at += short ? 1 : 2;
    if (protocol < NEGOTIATING) return this.#datagram(index, protocol, end - at, time);
    const code = at < end ? bytes[at] : -1, flow = flows[index];
    const where = { capture: tap.name, number: frame.number, time };
    if (protocol === LCP && code >= ECHO_REQUEST && code <= DISCARD_REQUEST) {
      return echo(flow, code, where);
    }
    if (protocol === LCP && code === CONFIGURE_REQUEST) {
      this.#count(index);
      begin(flow);
    }
    if (flow.packets.length >= OF_FLOW || this.#kept >= PACKETS_KEPT) return void flow.left++;
    this.#kept++;
    const length = end - at >= 4 ? Math.max(4, get16(bytes, at + 2)) : 0;
    const from = Math.min(at + 4, end),
      to = Math.max(from, Math.min(end, at + length, at + OCTETS));
    const start = this.#arena.put(bytes, from, to), { room } = this.#arena;
    const packet = new PppPacket(
      where,
      { protocol, code, identifier: at + 1 < end ? bytes[at + 1] : -1 },
      { room, start, length: to - from },
    );
    flow.packets = appended(flow.packets, packet);
  }

  #begin(frame: Frame, walk: HeaderWalker, tap: Tap, place: string): void {
    const { from, to } = this.#parties.route(frame.bytes, walk),
      { tunnelId, sessionId } = this.#view;
    const time = frame.seconds + frame.nanoseconds / 1e9, row = this.#flows.length * ROW;
    const { words, times } = this.#table;
    words[row + SIZE] = words[row + PROTOCOL] = -1;
    times[(row + TIME) >> 1] = time;
    const { sourcePort, destinationPort } = walk;
    const path = { place, from, to, sourcePort, destinationPort, tunnelId, sessionId };
    this.#flows.push(new PppFlow(path, { capture: tap.name, number: frame.number }, time));
  }

  /** Whether a message is the one before it, which a mirror port shows at two of its ports. */
  #isAgain(index: number, { view }: Frame, at: number, end: number, after: number): boolean {
    const { words } = this.#table, row = index * ROW, size = end - at;
    let digest = size;
    for (let i = at, stop = Math.min(end, at + COMPARED) - 4; i <= stop; i += 4) {
      digest = Math.imul(digest ^ view.getInt32(i), 0x9e3779b1);
      digest ^= digest >>> 15;
    }
    const isSame = words[row + SIZE] === size && words[row + DIGEST] === digest &&
      Math.abs(after) <= MIRRORED;
    // The third of three is one more.
    words[row + SIZE] = isSame ? -1 : size;
    words[row + DIGEST] = digest;
    return isSame;
  }

  /** Takes a datagram: most are of the protocol of the one before. */
  #datagram(index: number, protocol: number, octets: number, time: number): void {
    const { words, times } = this.#table, row = index * ROW;
    if (words[row + PROTOCOL] !== protocol || words[row + OCTETS_SENT] >= MOST) {
      this.#count(index);
      const link = linkOf(this.#flows[index]);
      if (link.counts.length === 0) link.firstTime = time;
      words[row + PROTOCOL] = protocol;
    }
    words[row + PACKETS]++;
    words[row + OCTETS_SENT] += octets;
    times[(row + LAST_DATAGRAM) >> 1] = time;
  }

  /** Counts the datagrams of a flow that its row holds. */
  #count(index: number): void {
    const { words, times } = this.#table, row = index * ROW, packets = words[row + PACKETS];
    if (packets === 0) return;
    const link = linkOf(this.#flows[index]), { counts } = link;
    const protocol = words[row + PROTOCOL], octets = words[row + OCTETS_SENT];
    link.lastTime = times[(row + LAST_DATAGRAM) >> 1];
    let known = counts.find((count) => count.protocol === protocol);
    // What carries noise has more protocols than there are.
    if (known === undefined && counts.length >= PROTOCOLS) {
      known = counts.find((count) => count.protocol < 0);
    }
    if (known === undefined) {
      const key = counts.length >= PROTOCOLS ? -1 : protocol;
      link.counts = appended(counts, { protocol: key, packets, octets });
    } else {
      known.packets += packets;
      known.octets += octets;
    }
    words[row + PACKETS] = words[row + OCTETS_SENT] = 0;
    words[row + PROTOCOL] = -1;
  }
}

/** The datagrams of the link that a flow carries now. */
function linkOf({ links }: PppFlow): PppDatagrams {
  return links[links.length - 1];
}

function echo(flow: PppFlow, code: number, { capture, number, time }: FrameRef & { time: number }) {
  if (code === ECHO_REPLY) flow.lastEchoReply = time;
  if (code !== ECHO_REQUEST) return;
  const before = flow.echoRequests.length >= ECHOES
    ? flow.echoRequests.slice(1)
    : flow.echoRequests;
  flow.echoRequests = [...before, { time, frame: { capture, number } }];
}

/** LCP begins anew: what comes is of another link, once the one before carried datagrams. */
function begin(flow: PppFlow): void {
  if (linkOf(flow).counts.length > 0 && flow.links.length < LINKS) flow.links.push(noDatagrams());
}
