/**
 * A TCP just good enough to move octets through the memory world, whatever the network does to the
 * segments: handshake, cumulative acknowledgement, a reordering buffer, go-back-N after a timeout,
 * orderly release. A real kernel's TCP plays this part in the netns world.
 *
 * @see RFC 9293
 */
import { TcpFlag, tcpSegment } from "../../../captures/wire/build.ts";
import type { Scheduler } from "./scheduler.ts";

const WINDOW = 65_535;
const RETRANSMIT = 200;
const MSS = { 4: 1460, 6: 1440 } as const;
/** Octets of the headers of IP and TCP. */
const HEADERS = { 4: 40, 6: 60 } as const;

/** One end of one connection. */
export interface TcpAddress {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  family: 4 | 6;
  dscp?: number;
  /** Octets of the largest datagram where segmentation is left to a network card. */
  tso?: number;
}

/** What a segment says, as the host's parser read it. */
export interface Segment {
  flags: number;
  sequence: number;
  acknowledgment: number;
  payload: Uint8Array;
}

/** One end of a transfer: sends `outgoing`, collects what arrives. */
export class TcpEnd {
  /** Octets that arrived in order. */
  received = 0;
  /** Sum that changes with any octet: compared with the sender's by the world. */
  readonly collected: Uint8Array[] = [];
  #established = false;
  #finished = false;
  #peerFinished = false;
  #base = 0;
  #next = 0;
  #acknowledged = 0;
  #expected = 0;
  readonly #early = new Map<number, { payload: Uint8Array; fin: boolean }>();
  #timer = 0;
  #progress = 0;

  constructor(
    private readonly address: TcpAddress,
    private readonly outgoing: Uint8Array,
    private readonly scheduler: Scheduler,
    private readonly output: (datagram: Uint8Array) => void,
    initial: number,
  ) {
    this.#base = initial >>> 0;
  }

  /** Both directions were closed and acknowledged. */
  get closed(): boolean {
    return this.#peerFinished && this.#finished;
  }

  /** Sends the SYN. */
  open() {
    this.#emit(TcpFlag.syn, 0, new Uint8Array());
    this.#arm();
  }

  /** Takes one segment. Sequence numbers are kept relative to each end's SYN. */
  segment(s: Segment) {
    if (s.flags & TcpFlag.syn) {
      const fresh = this.#expected === 0;
      if (fresh) {
        this.#peerBase = s.sequence;
        this.#expected = 1;
      }
      if (s.flags & TcpFlag.ack) this.#established = true;
      else this.#emit(TcpFlag.syn | TcpFlag.ack, 0, new Uint8Array());
    }
    if (this.#expected === 0) return;
    if (s.flags & TcpFlag.ack) this.#acknowledge((s.acknowledgment - this.#base) >>> 0);
    const fin = (s.flags & TcpFlag.fin) !== 0;
    if (s.payload.length > 0 || fin) {
      this.#take((s.sequence - this.#peerBase) >>> 0, s.payload, fin);
    } else if (s.flags & TcpFlag.syn && s.flags & TcpFlag.ack) this.#emitAck();
    this.#fill();
  }

  #peerBase = 0;

  #acknowledge(relative: number) {
    if (relative > this.outgoing.length + 2) return;
    if (relative >= 1) this.#established = true;
    if (relative > this.#acknowledged) {
      this.#acknowledged = relative;
      this.#progress++;
    }
    if (relative === this.outgoing.length + 2) this.#finished = true;
  }

  #take(at: number, payload: Uint8Array, fin: boolean) {
    if (at >= this.#expected) this.#early.set(at, { payload: payload.slice(), fin });
    for (let part = this.#early.get(this.#expected); part !== undefined;) {
      this.#early.delete(this.#expected);
      this.#expected += part.payload.length;
      this.received += part.payload.length;
      if (part.payload.length > 0) this.collected.push(part.payload);
      if (part.fin && !this.#peerFinished) {
        this.#peerFinished = true;
        this.#expected++;
      }
      part = this.#early.get(this.#expected);
    }
    this.#emitAck();
  }

  /** Sends what the window allows; the FIN counts as the octet behind the last. */
  #fill() {
    if (!this.#established) return;
    this.#next = Math.max(this.#next, this.#acknowledged, 1);
    const end = this.outgoing.length + 1;
    const { family, tso } = this.address;
    const most = tso === undefined ? MSS[family] : tso - HEADERS[family];
    while (this.#next <= end && this.#next - this.#acknowledged < WINDOW) {
      const from = this.#next - 1;
      const payload = this.outgoing.subarray(from, from + most);
      const last = from + payload.length === this.outgoing.length;
      const flags = TcpFlag.ack | (last ? TcpFlag.fin | TcpFlag.psh : 0);
      this.#emit(flags, this.#next, payload);
      this.#next += payload.length + (last ? 1 : 0);
      if (last) break;
    }
    this.#arm();
  }

  #arm() {
    if (this.#finished || this.#timer > 0) return;
    this.#timer = 1;
    const seen = this.#progress;
    this.scheduler.at(this.scheduler.now + RETRANSMIT, () => {
      this.#timer = 0;
      if (this.#finished) return;
      if (this.#progress !== seen) return this.#arm();
      if (!this.#established) return this.open();
      this.#next = this.#acknowledged;
      this.#fill();
    });
  }

  #emitAck() {
    this.#emit(TcpFlag.ack, this.#next === 0 ? 1 : this.#next, new Uint8Array());
  }

  #emit(flags: number, relative: number, payload: Uint8Array) {
    const { source, destination, sourcePort, destinationPort, dscp } = this.address;
    this.output(tcpSegment({
      source,
      destination,
      sourcePort,
      destinationPort,
      dscp,
      sequence: (this.#base + relative) >>> 0,
      acknowledgment: this.#expected === 0 ? 0 : (this.#peerBase + this.#expected) >>> 0,
      flags,
      window: WINDOW,
      payload,
    }));
  }
}
