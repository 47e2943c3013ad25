/**
 * Whether devices lived through: one that died and was restarted numbers its messages anew, and knows
 * none of the tunnels that stood before. How silent it may be about everything else says nothing.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import { ClusterView } from "../../../captures/view/tunnel_cluster.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import { CLUSTER_PORT } from "../../../captures/wire/udp_port.ts";
import { type Bound, BoundedTable } from "../../kit/bounds.ts";

const { heartbeat, register, report, leave, claim } = ClusterMessage;
/** Messages whose numbers grow for the life of a device. */
const NUMBERED: readonly number[] = [register, report, leave, claim];
const { SCCRQ, SCCRP, StopCCN } = MessageType;
/** Messages of members to their master. */
const REGISTERED: readonly number[] = [register, report];
/** Seconds that a message has to be acknowledged in. */
const IN_TIME = 0.8;
/** Members of a cluster at most. */
const MEMBERS = 1024;
/** Messages of data, none of them answered by any word, that are no coincidence. */
const UNANSWERED = 3;

/** A message that came in a tunnel and was not acknowledged yet. */
interface Pending {
  ns: number;
  time: number;
  copies: number;
  frame: FrameRef;
}

/** The heartbeat that was sent last. */
type Beat = Pick<Pending, "time" | "frame">;

/** A tunnel as the link of one end of it shows it, by the peer's end and the own identifier. */
interface Standing {
  /** Whether something of the peer's was acknowledged in it. */
  up: boolean;
  pending?: Pending;
  /** Data of the peer since the device last said anything in it: the first, and how much. */
  data?: Pending;
}

/** What the taps of one device show of its life. */
export class LifeLog {
  readonly #own: ReadonlySet<string>;
  readonly #numbers = new Map<number, number>();
  readonly #tunnels: BoundedTable<string, Standing>;
  /** The peer's end and its identifier, to the key of the tunnel. */
  readonly #byPeer: BoundedTable<string, string>;
  readonly #cluster = new ClusterView();
  readonly #l2tp = new L2tpView();
  #anew: { frame: FrameRef; why: string } | undefined;
  #last = 0;
  #beat: Beat | undefined;
  /** By where they go. */
  readonly #beats = new Map<string, Beat>();
  /** The term of its heartbeats, and whether it has heard of a later one. */
  #term = 0;
  #yielded = false;
  readonly #patience: number;
  readonly #reached: boolean;

  /**
   * @param patience Seconds without a heartbeat after which a master is gone.
   * @param reached Whether all that is sent to the device reaches it, but for what a network may lose.
   */
  constructor(own: ReadonlySet<string>, bound: Bound, patience = Infinity, reached = true) {
    this.#own = own;
    this.#patience = patience;
    this.#reached = reached;
    this.#tunnels = new BoundedTable(bound);
    this.#byPeer = new BoundedTable(bound);
  }

  /** Takes a UDP datagram at a tap of the device. @param time Seconds since 1970. */
  datagram({ bytes, number }: Frame, w: HeaderWalker, tap: string, time: number): void {
    const source = w.source(bytes), isOwn = this.#own.has(source);
    const frame = { capture: tap, number };
    this.#last = Math.max(this.#last, time);
    if (this.#beats.size > 0) this.#missed(this.#beat, time);
    if (w.destinationPort === CLUSTER_PORT) {
      if (!this.#cluster.at(bytes, w.udpPayload, w.end)) return;
      if (isOwn) this.#numbered(frame, w.destination(bytes), time);
      else this.#told(source, time);
      return;
    }
    const view = this.#l2tp;
    if (!view.at(bytes, w.udpPayload, w.end) || view.version !== VERSION) return;
    const peer = isOwn
      ? `${w.destination(bytes)}:${w.destinationPort}`
      : `${source}:${w.sourcePort}`;
    if (!view.isControl) return this.#data(isOwn, peer, time, frame);
    if (!view.isControlHeader || !view.isWhole) return;
    if (isOwn) this.#left(peer);
    else this.#came(peer, time, frame);
  }

  /** The first sign that the device began anew; undefined for none. */
  restarted(): { frame: FrameRef; why: string } | undefined {
    if (this.#anew !== undefined || !this.#reached) return this.#anew;
    const why = "a tunnel that stood is not known any more, as if the device had been restarted";
    for (const { pending, data } of this.#tunnels.values()) {
      const isOver = (one: Pending | undefined, least: number) =>
        one !== undefined && one.copies >= least && this.#last - one.time >= IN_TIME;
      if (isOver(pending, 2)) return { frame: pending!.frame, why };
      if (isOver(data, UNANSWERED)) return { frame: data!.frame, why };
    }
    return undefined;
  }

  /** A message of a member: its master has to let it hear of itself. @param time Seconds since 1970. */
  #told(member: string, time: number) {
    const { message, term } = this.#cluster;
    if (message === leave) this.#beats.delete(member);
    else if (REGISTERED.includes(message)) this.#missed(this.#beats.get(member), time);
    else if (message === heartbeat) this.#yielded ||= term > this.#term && this.#beats.has(member);
  }

  /** Notes that a heartbeat is overdue. @param last The one before it, if there was any. */
  #missed(last: Beat | undefined, now: number) {
    if (this.#yielded || last === undefined || now - last.time <= this.#patience) return;
    const why = "no heartbeat follows in time, as if the device had died";
    this.#anew ??= { frame: last.frame, why };
  }

  /** Data: what a peer sends for long and nobody answers is for a session of before. */
  #data(isOwn: boolean, peer: string, time: number, frame: FrameRef) {
    const { tunnelId } = this.#l2tp;
    const key = isOwn ? this.#byPeer.get(`${peer}/${tunnelId}`) : `${tunnelId}`;
    const tunnel = key === undefined ? undefined : this.#tunnels.get(key);
    if (tunnel === undefined) return;
    if (isOwn) tunnel.data = undefined;
    else if (!tunnel.up) return;
    else if (tunnel.data === undefined) tunnel.data = { ns: -1, time, copies: 1, frame };
    else tunnel.data.copies++;
  }

  #numbered(frame: FrameRef, to: string, time: number) {
    const { message, sequence, member, term } = this.#cluster;
    const isBeat = message === heartbeat;
    if (isBeat) {
      this.#beat = { time, frame };
      this.#term = Math.max(this.#term, term);
      if (this.#beats.size < MEMBERS) this.#beats.set(to, this.#beat);
    }
    if (!isBeat && !NUMBERED.includes(message)) return;
    // Who is master numbers its heartbeats by themselves.
    const series = isBeat ? 65_536 + term : member;
    const before = this.#numbers.get(series);
    if (before !== undefined && (sequence - before | 0) < 0) {
      const why = "its messages are numbered anew, as if the device had been restarted";
      this.#anew ??= { frame, why };
    }
    if (this.#numbers.size < 1024) this.#numbers.set(series, sequence);
  }

  /** A control message of the device to a peer. */
  #left(peer: string) {
    const { messageType, assignedTunnelId, tunnelId, nr } = this.#l2tp;
    const key = this.#byPeer.get(`${peer}/${tunnelId}`);
    if (assignedTunnelId > 0 && (messageType === SCCRP || messageType === SCCRQ)) {
      this.#tunnels.obtain(`${assignedTunnelId}`, () => ({ up: false }));
      if (messageType === SCCRP) {
        this.#byPeer.obtain(`${peer}/${tunnelId}`, () => `${assignedTunnelId}`);
      }
    }
    const tunnel = key === undefined ? undefined : this.#tunnels.get(key);
    if (tunnel === undefined) return;
    tunnel.data = undefined;
    if (messageType === StopCCN) {
      tunnel.up = false;
      tunnel.pending = undefined;
    } else if (nr > 0) {
      tunnel.up = true;
      if (tunnel.pending !== undefined && ((nr - tunnel.pending.ns - 1) & 0xffff) < 0x8000) {
        tunnel.pending = undefined;
      }
    }
  }

  /** A control message of a peer. */
  #came(peer: string, time: number, frame: FrameRef) {
    const { messageType, assignedTunnelId, tunnelId, ns } = this.#l2tp;
    const tunnel = this.#tunnels.get(`${tunnelId}`);
    if (tunnel === undefined) return;
    if (messageType === SCCRP && assignedTunnelId > 0) {
      this.#byPeer.obtain(`${peer}/${assignedTunnelId}`, () => `${tunnelId}`);
      return;
    }
    if (messageType === StopCCN) tunnel.up = false;
    if (messageType <= 0 || !tunnel.up) return;
    const { pending } = tunnel;
    if (pending === undefined) tunnel.pending = { ns, time, copies: 1, frame };
    else if (pending.ns === ns) pending.copies++;
  }
}
