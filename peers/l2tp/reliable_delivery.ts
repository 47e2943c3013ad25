/**
 * Reliable delivery of control messages: RFC 2661 §5.8, with the slow start and congestion avoidance
 * of Appendix A. One of these belongs to every control connection.
 *
 * ```
 * queue:   | acknowledged | sent, in flight | sent before a loss | waiting …
 *                         ^ unacknowledged  ^ + in flight (≤ CWND ≤ peer's window)
 * ```
 *
 * After a loss only the front message is in flight again, and what had been sent behind it is sent
 * anew as the window opens, each message under the Ns that it always had.
 */
import { Queue } from "../net/queue.ts";
import type { ReliableDeliveryRules } from "./rules/reliable_delivery.ts";
import { Timer, type Timers } from "../net/timers.ts";

/** Numbers that a configuration gives. */
export interface DeliverySettings {
  /** Milliseconds before the first retransmission. */
  first: number;
  /** Milliseconds that the interval never exceeds. */
  cap: number;
  /** Retransmissions before the peer is given up. */
  retries: number;
  /** Own receive window: messages that may be held out of order. */
  window: number;
  outOfOrder: "queue" | "drop";
}

/** What the transport asks of the tunnel around it. */
export interface DeliveryHost {
  timers: Timers;
  /** Sends a message's octets with these numbers. */
  transmit(message: Outgoing, ns: number, nr: number): void;
  /** Sends a ZLB with these numbers. */
  acknowledge(ns: number, nr: number): void;
  /** Called when the peer is given up. */
  lost(now: number): void;
  /** Called when all that was sent is acknowledged. */
  flushed(now: number): void;
}

/** A message on its way. */
export interface Outgoing {
  /** Session ID of the peer for the header; 0 for messages about the tunnel. */
  sessionId: number;
  /** Tunnel ID of the peer for the header, where it is not the tunnel's. */
  body: Uint8Array;
  name: string;
}

interface Sent {
  message: Outgoing;
  ns: number;
  /** Nr that it was first sent with. */
  nr: number;
  sends: number;
}

/** What became of a received message. */
export type Arrival = "deliver" | "duplicate" | "early" | "acknowledgement";

/** Control messages held until those before them arrive. */
interface Held {
  ns: number;
  take: () => void;
}

/**
 * Messages that wait at most: two for each session that a tunnel can have. Nobody has more to say, so
 * that a peer which lets them pile up, and asks for more and acknowledges nothing, is given up.
 */
const MOST_QUEUED = 2 * 0x10000;

/** Both directions of one control connection's transport. */
export class ReliableDelivery {
  /** Ns of the next message. */
  ns = 0;
  /** Ns that is expected next. */
  nr = 0;
  /** The congestion window, in messages. */
  cwnd: number;
  ssthresh: number;
  /** Set once the peer's window is known. */
  window: number;
  readonly #settings: DeliverySettings;
  readonly #rules: ReliableDeliveryRules;
  readonly #host: DeliveryHost;
  readonly #queue = new Queue<Sent>();
  readonly #timer: Timer;
  /** Runs while an acknowledgement waits. */
  readonly #delayed: Timer;
  #inFlight = 0;
  #unacknowledged = 0;
  #retries = 0;
  #acknowledgeDue = false;
  #held: Held[] = [];
  #overrun = false;

  constructor(settings: DeliverySettings, rules: ReliableDeliveryRules, host: DeliveryHost) {
    this.#settings = settings;
    this.#rules = rules;
    this.#host = host;
    this.window = rules.sendWindow(undefined);
    this.ssthresh = this.window;
    this.cwnd = rules.firstCwnd;
    this.#timer = new Timer((now) => this.#timedOut(now));
    this.#delayed = new Timer(() => this.#sendZlb());
  }

  /** Whether everything sent has been acknowledged. */
  get idle(): boolean {
    return this.#queue.length === 0;
  }

  /** Messages sent and not acknowledged. */
  get outstanding(): number {
    return this.#inFlight;
  }

  /** The peer's Receive Window Size, or undefined when it sent none. */
  setWindow(advertised: number | undefined): void {
    this.window = this.#rules.sendWindow(advertised);
    this.ssthresh = this.window;
  }

  /** Puts a message at the end of the queue. */
  send(message: Outgoing): void {
    this.#overrun ||= this.#queue.length >= MOST_QUEUED;
    if (this.#overrun) return;
    const ns = this.ns;
    this.ns = this.#rules.nextNs(ns);
    this.#queue.push({ message, ns, nr: this.nr, sends: 0 });
  }

  /**
   * Takes the numbers of a message in; `take` hands the message up and is called at once, later or
   * never.
   */
  receive(ns: number, nr: number, zlb: boolean, now: number, take: () => void): Arrival {
    const rules = this.#rules;
    this.#acknowledged(nr, now);
    if (zlb) {
      if (rules.zlbMovesNr) this.nr = rules.nextNs(ns);
      if (rules.answersZlb) this.#acknowledgeDue = true;
      return "acknowledgement";
    }
    if (ns === this.nr || rules.delivers(ns, this.nr)) {
      this.#deliver(take);
      return "deliver";
    }
    if (rules.isDuplicate(ns, this.nr)) {
      if (rules.acknowledgesDuplicate) this.#acknowledgeDue = true;
      if (rules.processesDuplicate) take();
      return "duplicate";
    }
    this.#early(ns, take);
    return "early";
  }

  /** Sends what may be sent now, and an acknowledgement if nothing sent carried it. */
  pump(now: number): void {
    const rules = this.#rules;
    if (this.#overrun) return this.#giveUp(now);
    if (rules.acknowledgesFirst) this.#acknowledge(now);
    const limit = rules.inFlightLimit(this.cwnd, this.window);
    while (this.#inFlight < limit) {
      const next = this.#queue.at(this.#inFlight);
      if (next === undefined) break;
      this.#inFlight++;
      this.#transmit(next);
      if (this.#timer.at === Infinity) this.#arm(now);
    }
    this.#acknowledge(now);
  }

  /** Ends all sending; receiving goes on, so that the peer's repetitions are acknowledged. */
  stop(): void {
    this.#queue.clear();
    this.#inFlight = 0;
    this.#host.timers.stop(this.#timer);
  }

  /** Acknowledges what has arrived, unless that waits for a message to ride on. */
  #acknowledge(now: number): void {
    const rules = this.#rules;
    if (!this.#acknowledgeDue || rules.withholdsAcknowledgement) return;
    if (rules.acknowledgesAfter === 0) return this.#sendZlb();
    if (this.#delayed.at === Infinity) {
      this.#host.timers.set(this.#delayed, now + rules.acknowledgesAfter);
    }
  }

  #sendZlb(): void {
    if (!this.#acknowledgeDue) return;
    this.#acknowledgeDue = false;
    // What waits behind it has numbers already, which are not used up before it leaves.
    this.#host.acknowledge(this.#highest(), this.nr);
  }

  #deliver(take: () => void): void {
    this.nr = this.#rules.nextNs(this.nr);
    this.#acknowledgeDue = true;
    take();
    const at = this.#held.findIndex(({ ns }) => ns === this.nr);
    if (at < 0) return;
    const [held] = this.#held.splice(at, 1);
    this.#deliver(held.take);
  }

  #early(ns: number, take: () => void): void {
    const ahead = (ns - this.nr) & 0xffff;
    const { window, outOfOrder } = this.#settings;
    const known = this.#held.some((held) => held.ns === ns);
    if (known || ahead >= window || !this.#rules.queuesEarly(outOfOrder)) return;
    this.#held.push({ ns, take });
  }

  #acknowledged(nr: number, now: number): void {
    const count = (nr - this.#unacknowledged) & 0xffff;
    const sent = (this.#highest() - this.#unacknowledged) & 0xffff;
    if (!this.#rules.acceptsNr(count, sent)) return;
    // What was never sent cannot leave the queue, whatever Nr says.
    for (let i = Math.min(count, this.#queue.length); i > 0; i--) {
      this.#queue.shift();
      if (this.#inFlight > 0) this.#inFlight--;
      this.#grow();
    }
    this.#unacknowledged = nr;
    this.#retries = 0;
    this.#host.timers.stop(this.#timer);
    if (this.#queue.length === 0) this.#host.flushed(now);
    else if (this.#inFlight > 0) this.#arm(now);
  }

  /** One past the highest Ns that was sent so far. */
  #highest(): number {
    let last = this.#unacknowledged;
    for (let i = 0;; i++) {
      const entry = this.#queue.at(i);
      if (entry === undefined || entry.sends === 0) return last;
      last = this.#rules.nextNs(entry.ns);
    }
  }

  /** One more message was acknowledged: Appendix A. */
  #grow(): void {
    if (this.cwnd < this.ssthresh) this.cwnd++;
    else this.cwnd += 1 / this.cwnd;
    this.cwnd = Math.min(this.cwnd, this.window);
  }

  #transmit(entry: Sent): void {
    const first = entry.sends++ === 0;
    if (first) entry.nr = this.nr;
    const ns = first ? entry.ns : this.#rules.retransmittedNs(entry.ns);
    const nr = first ? this.nr : this.#rules.retransmittedNr(this.nr, entry.nr);
    if (this.#rules.piggybacks) this.#acknowledgeDue = false;
    this.#host.transmit(entry.message, ns, nr);
  }

  #arm(now: number): void {
    const { first, cap } = this.#settings;
    this.#host.timers.set(this.#timer, now + this.#rules.interval(this.#retries, first, cap));
  }

  #giveUp(now: number): void {
    this.#overrun = false;
    this.stop();
    this.#host.lost(now);
  }

  #timedOut(now: number): void {
    const front = this.#queue.at(0);
    if (front === undefined) return;
    if (this.#rules.givesUp(this.#retries, this.#settings.retries)) {
      return this.#giveUp(now);
    }
    this.#retries++;
    const { cwnd, ssthresh } = this.#rules.afterLoss(this.cwnd, this.ssthresh);
    this.cwnd = cwnd;
    this.ssthresh = ssthresh;
    this.#inFlight = 1;
    this.#transmit(front);
    this.#arm(now);
    // A rule that keeps the window open sends the rest again too.
    this.pump(now);
  }
}
