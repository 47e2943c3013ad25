/**
 * What the taps show of clients' datagrams, in L2TP and out of it. Sessions are told apart by what the
 * initiator assigned, so that both sides of a NAT speak of the same one; the client of a session is who
 * proved its name in it by CHAP. An initiator is whom an SCCRP went to.
 */
import { complement, sumOctets } from "../../../captures/wire/checksum.ts";
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { hex } from "../../../captures/wire/octets.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import * as chap from "../../../captures/wire/ppp_chap.ts";
import * as control from "../../../captures/wire/ppp_control.ts";
import type { Bound, Budget } from "../../kit/bounds.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Tap } from "../../kit/evidence.ts";

const { UDP, ICMP } = IP_PROTOCOL;
const ICMP_LENGTH = 8;
/** UDP ports of the clients' datagrams that are judged: this one and those up to 200 above. */
export const DATA_PORT = 6000;
const DATA_PORTS = 200;
/** What all taps together keep: datagrams and sessions, and octets of datagrams. */
const ENTRIES = 65_536, OCTETS = 8_388_608;
/** What is kept of each tap, and how many taps. */
const LIMITS = { datagrams: 16_384, tunnels: 8192, sessions: 8192, taps: 256 };

/** One datagram of a client or for one. */
export interface ClientDatagram {
  tap: string;
  source: string;
  destination: string;
  /** All of its octets that no router changes, in hexadecimal; another text with a wrong header checksum. */
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
  /** The initiator's part of the key, which all sessions of a tunnel share. */
  tunnel: string;
  /** Name that was proved in it. */
  client?: string;
  /** Which side has acknowledged the other's IPCP; with both the client has its address. */
  ipcp: { initiator: boolean; endpoint: boolean };
  /** How LCP went: Configure-Requests of each side, and whether they were answered; the last. */
  lcp: { initiator: LcpSeen; endpoint: LcpSeen; last: FrameRef };
  /** `ADDRESS:PORT` that the SCCRP came from, and the frame that shows it. */
  other: string;
  frame: FrameRef;
}

/** Whether a client's link is open: both sides agreed on its address. */
export const isOpen = ({ ipcp }: SessionSeen): boolean => ipcp.initiator && ipcp.endpoint;

/** One side's LCP. */
export interface LcpSeen {
  requests: number;
  /** Configure-Acks, -Naks and -Rejects. */
  answers: number;
}

/** What the taps show. */
export interface ClientDataFacts {
  datagrams: readonly ClientDatagram[];
  sessions: readonly SessionSeen[];
}

/** The collector of clients' data. */
export const clientDataFacts: FactCollector<ClientDataFacts> = {
  name: "tunnel_cluster/client_data",
  begin: () => new ClientDataCollector(),
};

/** A tunnel as an SCCRP shows it. */
interface TunnelSeen {
  /** Tunnel ID of the initiator. */
  id: number;
  reply: FrameRef;
}

/** What all taps share. */
interface Budgets {
  entries: Budget;
  octets: Budget;
}

/** One tap's view of tunnels and sessions. */
class TapLog {
  readonly datagrams: BoundedLog<ClientDatagram>;
  /** Tunnel by the two ends and the Tunnel ID of the endpoint, and by the initiator and its own. */
  readonly byEndpoint: BoundedTable<string, TunnelSeen>;
  readonly byInitiator: BoundedTable<string, TunnelSeen>;
  /** Session by the initiator and its identifiers, and by the two ends and those of the endpoint. */
  readonly sessions: BoundedTable<string, SessionSeen>;
  readonly atEndpoint: BoundedTable<string, SessionSeen>;
  /** `ADDRESS:PORT` of the initiators. */
  readonly initiators: BoundedTable<string, true>;

  constructor(
    bounds: Record<keyof Omit<typeof LIMITS, "taps">, Bound>,
    readonly budgets: Budgets,
  ) {
    this.datagrams = new BoundedLog(bounds.datagrams);
    this.byEndpoint = new BoundedTable(bounds.tunnels);
    this.byInitiator = new BoundedTable(bounds.tunnels);
    this.initiators = new BoundedTable(bounds.tunnels);
    this.sessions = new BoundedTable(bounds.sessions);
    this.atEndpoint = new BoundedTable(bounds.sessions);
  }
}

class ClientDataCollector extends Collector<ClientDataFacts> {
  readonly #bounds = {
    datagrams: this.bound("clients' datagrams at a tap", LIMITS.datagrams),
    tunnels: this.bound("tunnels at a tap", LIMITS.tunnels),
    sessions: this.bound("sessions at a tap", LIMITS.sessions),
  };
  readonly #budgets: Budgets = {
    entries: this.budget("clients' datagrams, tunnels and sessions", ENTRIES),
    octets: this.budget("octets of clients' datagrams", OCTETS),
  };
  readonly #taps = new BoundedTable<string, TapLog>(this.bound("taps", LIMITS.taps));
  readonly #message = new L2tpView();
  /** Of the datagram within L2TP: that of the frame is in the hands of all collectors. */
  readonly #inner = new HeaderWalker();

  override frame(frame: Frame, w: HeaderWalker, tap: Tap) {
    if (w.ipVersion !== 4 || w.l4 < 0 || w.fragmentOffset > 0) return;
    const log = this.#taps.obtain(tap.name, () => new TapLog(this.#bounds, this.#budgets));
    if (log === undefined) return;
    const ref = { capture: tap.name, number: frame.number };
    const { end, udpPayload } = w;
    const { bytes } = frame;
    if (isJudged(bytes, w)) return keep(log, ref, frame, w);
    if (udpPayload < 0) return;
    if (w.sourcePort !== L2TP_PORT && w.destinationPort !== L2TP_PORT) return;
    const message = this.#message;
    if (!message.at(bytes, udpPayload, end) || message.version !== VERSION) return;
    const source = `${w.source(bytes)}:${w.sourcePort}`;
    const destination = `${w.destination(bytes)}:${w.destinationPort}`;
    if (message.isControl) return this.#control(log, ref, destination, source);
    const toInitiator = log.initiators.get(destination) !== undefined;
    if (!toInitiator && log.initiators.get(source) === undefined) return;
    const [initiator, other] = toInitiator ? [destination, source] : [source, destination];
    this.#data(log, ref, frame, { toInitiator, initiator, other, session: undefined });
  }

  facts(): ClientDataFacts {
    const logs = [...this.#taps.values()];
    return {
      datagrams: logs.flatMap(({ datagrams }) => datagrams.items),
      sessions: logs.flatMap(({ sessions }) => [...sessions.values()]),
    };
  }

  /** Learns identifiers from what an endpoint sends: SCCRP and ICRP. */
  #control(log: TapLog, frame: FrameRef, initiator: string, other: string) {
    const message = this.#message, { tunnelId, sessionId, messageType } = message;
    if (messageType === MessageType.SCCRP) {
      if (!log.budgets.entries.take()) return;
      const tunnel = { id: tunnelId, reply: frame };
      log.initiators.obtain(initiator, () => true);
      log.byEndpoint.obtain(`${initiator}|${other}|${message.assignedTunnelId}`, () => tunnel);
      log.byInitiator.obtain(`${initiator}/${tunnelId}`, () => tunnel);
    } else if (messageType === MessageType.ICRP) {
      const tunnel = `${initiator}/${tunnelId}`, key = `${tunnel}/${sessionId}`;
      const reply = log.byInitiator.get(tunnel)?.reply;
      if (reply === undefined || log.sessions.get(key) !== undefined) return;
      if (!log.budgets.entries.take()) return;
      const none = () => ({ requests: 0, answers: 0 });
      const lcp = { initiator: none(), endpoint: none(), last: frame };
      const ipcp = { initiator: false, endpoint: false };
      const seen = { tap: frame.capture, key, tunnel, other, ipcp, frame: reply, lcp };
      const session = log.sessions.obtain(key, () => seen);
      const assigned = message.assignedSessionId;
      if (session === seen) {
        log.atEndpoint.obtain(`${initiator}|${other}|${tunnelId}|${assigned}`, () => seen);
      }
    }
  }

  #data(log: TapLog, ref: FrameRef, { bytes, view }: Frame, carrier: Carrier) {
    const { headerEnd, end } = this.#message;
    const session = this.#sessionOf(log, carrier);
    const { record: link, end: inner } = ppp.decode(bytes, headerEnd, end);
    if (link === undefined) return;
    if (link.protocol !== ppp.PppProtocol.ipv4) {
      if (session !== undefined) {
        negotiation(link.protocol, bytes, inner, end, carrier, session, ref);
      }
      return;
    }
    const w = this.#inner;
    if (!w.walkIp(bytes, view, inner, end) || w.l4 < 0 || !isJudged(bytes, w)) return;
    keep(log, ref, { bytes, view }, w, { ...carrier, session: session?.key });
  }

  /** The session that the identifiers of a data message name. */
  #sessionOf(log: TapLog, { toInitiator, initiator, other }: Carrier): SessionSeen | undefined {
    const { tunnelId, sessionId } = this.#message;
    if (toInitiator) return log.sessions.get(`${initiator}/${tunnelId}/${sessionId}`);
    const own = log.byEndpoint.get(`${initiator}|${other}|${tunnelId}`)?.id;
    return log.atEndpoint.get(`${initiator}|${other}|${own}|${sessionId}`);
  }
}

/** Whether what was walked is a datagram that scenarios send for judgement: an echo, or by its ports. */
function isJudged(bytes: Uint8Array, w: HeaderWalker): boolean {
  if (w.protocol === ICMP) return w.end - w.l4 >= ICMP_LENGTH && (bytes[w.l4] & 0xf7) === 0;
  const within = (port: number) => port >= DATA_PORT && port < DATA_PORT + DATA_PORTS;
  return w.protocol === UDP && within(w.sourcePort) && within(w.destinationPort);
}

function keep(
  { datagrams, budgets }: TapLog,
  frame: FrameRef,
  { bytes, view }: Pick<Frame, "bytes" | "view">,
  { l3, l4, end }: HeaderWalker,
  carrier?: Carrier,
) {
  if (!datagrams.admits() || !budgets.entries.take() || !budgets.octets.take(end - l3)) return;
  // Neither time to live nor header checksum; with a wrong one it is no datagram that anybody takes.
  const isRight = complement(sumOctets(bytes, view, l3, l4)) === 0;
  const print = (isRight ? "" : "ruined ") + hex(bytes, l3, l3 + 8) +
    hex(bytes, l3 + 9, l3 + 10) + hex(bytes, l3 + 12, end);
  datagrams.push({
    ...{ tap: frame.capture, print, frame },
    source: formatIpv4(bytes, l3 + 12),
    destination: formatIpv4(bytes, l3 + 16),
    ...(carrier === undefined ? {} : { carrier }),
  });
}

/** Learns from PPP who the client is, and when its link is open. */
function negotiation(
  protocol: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  { toInitiator }: Carrier,
  session: SessionSeen,
  ref: FrameRef,
) {
  const { record } = control.decode(bytes, start, end);
  if (record === undefined) return;
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
  session.ipcp[toInitiator ? "endpoint" : "initiator"] = true;
}
