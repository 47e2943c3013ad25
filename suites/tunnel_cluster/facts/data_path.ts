/**
 * What the taps show of clients' datagrams, in L2TP and out of it, in one streaming pass. Sessions are
 * told apart by what the initiator assigned, so that both sides of a NAT speak of the same one; the
 * client of a session is who proved its name in it by CHAP.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { get16, hex } from "../../../captures/wire/octets.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import * as chap from "../../../captures/wire/ppp_chap.ts";
import * as control from "../../../captures/wire/ppp_control.ts";
import type { Accumulator, FactCollector, Tap } from "../../kit/evidence.ts";

const UDP = 17, ICMP = 1;
/** UDP ports of the clients' datagrams that are judged: this one and those up to 200 above. */
export const DATA_PORT = 6000;
const DATA_PORTS = 200;
/** Packets and sessions that are kept of each tap. */
const KEPT = 4096;

/** One datagram of a client or for one. */
export interface ClientDatagram {
  tap: string;
  source: string;
  destination: string;
  /** All of its octets that no router changes, in hexadecimal. */
  print: string;
  frame: FrameRef;
  /** In L2TP: what carried it. */
  carrier?: Carrier;
}

/** The message of L2TP around a datagram. */
export interface Carrier {
  toInitiator: boolean;
  /** `ADDRESS:PORT` of the initiator, and of who it speaks with. */
  initiator: string;
  other: string;
  /** Key of the session, undefined when the identifiers are those of none. */
  session: string | undefined;
}

/** One session as a tap shows it. */
export interface SessionSeen {
  tap: string;
  key: string;
  /** Name that was proved in it. */
  client?: string;
  /** Whether both sides agreed on the client's address (IPCP). */
  open: boolean;
  /** How LCP went: Configure-Requests of each side, and whether they were answered; the last. */
  lcp: { initiator: LcpSeen; endpoint: LcpSeen; last: FrameRef };
  /** `ADDRESS:PORT` that the SCCRP came from, and the frame that shows it. */
  other: string;
  frame: FrameRef;
}

/** One side's LCP. */
export interface LcpSeen {
  requests: number;
  /** Configure-Acks, -Naks and -Rejects. */
  answers: number;
}

/** What the taps show. */
export interface DataPathFacts {
  datagrams: ClientDatagram[];
  sessions: SessionSeen[];
}

/** The pass over all taps. */
export const dataPathFacts: FactCollector<DataPathFacts> = {
  name: "tunnel_cluster/data_path",
  begin: () => new DataPathAccumulator(),
};

const ASSIGNED_TUNNEL_ID = ATTRIBUTES.assignedTunnelId.type;
const ASSIGNED_SESSION_ID = ATTRIBUTES.assignedSessionId.type;

/** One tap's view of tunnels and sessions. */
class TapView {
  /** Tunnel ID of the initiator by the two ends and the Tunnel ID of the endpoint. */
  readonly tunnels = new Map<string, number>();
  /** Session by that and the Session ID of the endpoint. */
  readonly byEndpoint = new Map<string, SessionSeen>();
  /** Session by its key. */
  readonly byKey = new Map<string, SessionSeen>();
  readonly replies = new Map<string, FrameRef>();
  readonly acks = new Map<string, number>();
  kept = 0;
}

class DataPathAccumulator implements Accumulator<DataPathFacts> {
  readonly #walker = new HeaderWalker();
  readonly #views = new Map<string, TapView>();
  readonly #facts: DataPathFacts = { datagrams: [], sessions: [] };

  frame(frame: Frame, tap: Tap) {
    const w = this.#walker;
    if (!w.walk(frame) || w.ipVersion !== 4 || w.l4 < 0 || w.fragmentOffset > 0) return;
    let view = this.#views.get(tap.name);
    if (view === undefined) this.#views.set(tap.name, view = new TapView());
    if (view.kept >= KEPT) return;
    const { l3, l4, end, protocol } = w;
    const { bytes } = frame;
    if (this.#isJudged(frame)) return this.#keep(view, tap, frame, l3, end);
    if (protocol !== UDP || end - l4 < 8 + l2tp.MIN_LENGTH) return;
    if (w.sourcePort !== l2tp.L2TP_PORT && w.destinationPort !== l2tp.L2TP_PORT) return;
    const source = `${formatIpv4(bytes, l3 + 12)}:${w.sourcePort}`;
    const destination = `${formatIpv4(bytes, l3 + 16)}:${w.destinationPort}`;
    const toInitiator = destination.startsWith("198.51.");
    const [initiator, other] = toInitiator ? [destination, source] : [source, destination];
    if (!initiator.startsWith("198.51.")) return;
    this.#l2tp(view, tap, frame, l4 + 8, end, {
      toInitiator,
      initiator,
      other,
      session: undefined,
    });
  }

  end(): DataPathFacts {
    for (const view of this.#views.values()) this.#facts.sessions.push(...view.byKey.values());
    return this.#facts;
  }

  /** Whether what was walked last is a datagram that scenarios send for judgement. */
  #isJudged({ bytes }: Frame): boolean {
    const w = this.#walker;
    if (w.protocol === ICMP) return w.end - w.l4 >= 8 && (bytes[w.l4] & 0xf7) === 0;
    const within = (port: number) => port >= DATA_PORT && port < DATA_PORT + DATA_PORTS;
    return w.protocol === UDP && within(w.sourcePort) && within(w.destinationPort);
  }

  #keep(view: TapView, tap: Tap, frame: Frame, l3: number, end: number, carrier?: Carrier) {
    const { bytes } = frame;
    view.kept++;
    // Neither time to live nor header checksum.
    const print = hex(bytes, l3, l3 + 8) + hex(bytes, l3 + 9, l3 + 10) + hex(bytes, l3 + 12, end);
    this.#facts.datagrams.push({
      ...{ tap: tap.name, print, frame: { capture: tap.name, number: frame.number } },
      source: formatIpv4(bytes, l3 + 12),
      destination: formatIpv4(bytes, l3 + 16),
      ...(carrier === undefined ? {} : { carrier }),
    });
  }

  #l2tp(view: TapView, tap: Tap, frame: Frame, start: number, end: number, carrier: Carrier) {
    const { bytes } = frame;
    const { record: header, end: at } = l2tp.decode(bytes, start, end);
    if (header === undefined || header.version !== l2tp.VERSION) return;
    const ref = { capture: tap.name, number: frame.number };
    if ((header.flags & l2tp.L2tpFlag.type) !== 0) {
      if (carrier.toInitiator) this.#control(view, tap, bytes, at, end, header, carrier, ref);
      return;
    }
    const session = this.#sessionOf(view, header, carrier);
    const { record: link, end: inner } = ppp.decode(bytes, at, end);
    if (link === undefined) return;
    if (link.protocol !== ppp.PppProtocol.ipv4) {
      return this.#negotiation(view, link.protocol, bytes, inner, end, carrier, session, ref);
    }
    const w = this.#walker;
    if (!w.walkIp(bytes, frame.view, inner, end) || w.l4 < 0 || !this.#isJudged(frame)) return;
    this.#keep(view, tap, frame, w.l3, w.end, { ...carrier, session: session?.key });
  }

  /** Learns identifiers from what an endpoint sends: SCCRP and ICRP. */
  #control(
    view: TapView,
    tap: Tap,
    bytes: Uint8Array,
    at: number,
    end: number,
    { tunnelId, sessionId }: l2tp.L2tp,
    { initiator, other }: Carrier,
    frame: FrameRef,
  ) {
    if (view.tunnels.size >= KEPT || view.byKey.size >= KEPT) return;
    const { avps } = readAvps(bytes, at, end);
    const value = (wanted: number) => {
      const found = avps.find(({ vendor, type }) => vendor === 0 && type === wanted)?.value;
      return found?.length === 2 ? get16(found, 0) : -1;
    };
    const type = value(0);
    if (type === MessageType.SCCRP) {
      view.tunnels.set(`${initiator}|${other}|${value(ASSIGNED_TUNNEL_ID)}`, tunnelId);
      view.replies.set(`${initiator}/${tunnelId}`, frame);
    } else if (type === MessageType.ICRP) {
      const key = `${initiator}/${tunnelId}/${sessionId}`;
      const reply = view.replies.get(`${initiator}/${tunnelId}`);
      if (view.byKey.has(key) || reply === undefined) return;
      const none = () => ({ requests: 0, answers: 0 });
      const lcp = { initiator: none(), endpoint: none(), last: frame };
      const seen = { tap: tap.name, key, other, open: false, frame: reply, lcp };
      view.byKey.set(key, seen);
      view.byEndpoint.set(
        `${initiator}|${other}|${tunnelId}|${value(ASSIGNED_SESSION_ID)}`,
        seen,
      );
    }
  }

  #sessionOf(
    view: TapView,
    { tunnelId, sessionId }: l2tp.L2tp,
    { toInitiator, initiator, other }: Carrier,
  ): SessionSeen | undefined {
    if (toInitiator) return view.byKey.get(`${initiator}/${tunnelId}/${sessionId}`);
    const own = view.tunnels.get(`${initiator}|${other}|${tunnelId}`);
    return view.byEndpoint.get(`${initiator}|${other}|${own}|${sessionId}`);
  }

  /** Learns from PPP who the client is, and when its link is open. */
  #negotiation(
    view: TapView,
    protocol: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    { toInitiator }: Carrier,
    session: SessionSeen | undefined,
    ref: FrameRef,
  ) {
    const { record } = control.decode(bytes, start, end);
    if (record === undefined || session === undefined) return;
    const { chap: CHAP, ipcp, lcp } = ppp.PppProtocol;
    if (protocol === lcp) {
      const side = session.lcp[toInitiator ? "endpoint" : "initiator"];
      if (record.code === control.ControlCode.configureRequest) side.requests++;
      else if (record.code <= control.ControlCode.configureReject) side.answers++;
      session.lcp.last = ref;
    }
    if (protocol === CHAP && record.code === chap.ChapCode.response && !toInitiator) {
      const name = chap.decode(record.data).record?.name;
      if (name !== undefined) session.client = new TextDecoder().decode(name);
    }
    if (protocol !== ipcp || record.code !== control.ControlCode.configureAck) return;
    const acks = (view.acks.get(session.key) ?? 0) | (toInitiator ? 1 : 2);
    view.acks.set(session.key, acks);
    session.open = acks === 3;
  }
}
