/**
 * One protocol of PPP that negotiates options: LCP, IPCP or IPv6CP, run by the automaton.
 *
 * Source: RFC 1661 §4 and §5.
 */
import * as control from "../../../captures/wire/ppp_control.ts";
import { Timer, type Timers } from "../../net/timers.ts";
import { RecentRequests } from "./recent_requests.ts";
import { type PppAction, type PppEvent, type PppState, pppTransition } from "./automaton.ts";

const { ControlCode } = control;

/** What one side thinks of the other's options. */
export interface Judgement {
  verdict: "ack" | "nak" | "reject";
  options: control.PppOption[];
}

/** What a protocol wants and accepts. */
export interface ControlProtocol {
  /** `lcp`, `ipcp`, `ipv6cp`. */
  readonly name: string;
  /** Options of the next Configure-Request. */
  request(): control.PppOption[];
  /** What to answer to the peer's request; `patient` is false once Max-Failure is reached. */
  judge(options: readonly control.PppOption[], patient: boolean): Judgement;
  /** The peer would rather have these values. */
  naked(options: readonly control.PppOption[]): void;
  /** The peer does not want these options at all. */
  rejected(options: readonly control.PppOption[]): void;
  opened(now: number): void;
  down(now: number): void;
  /** The layer ended; nothing more will come of it. */
  finished(now: number): void;
  /** Takes a packet with a code of its own; false when it knows no such code. */
  extra(packet: control.PppControl, now: number): boolean;
}

/** Timers and counters of RFC 1661 §4.6. */
export interface NegotiationSettings {
  /** Milliseconds between repetitions. */
  restart: number;
  maxConfigure: number;
  maxTerminate: number;
  maxFailure: number;
}

/** The automaton of one protocol. */
export class Negotiation {
  state: PppState = "initial";
  readonly #protocol: ControlProtocol;
  readonly #settings: NegotiationSettings;
  readonly #timers: Timers;
  readonly #timer: Timer;
  readonly #send: (packet: Uint8Array) => void;
  #restarts = 0;
  readonly #recent = new RecentRequests();
  #identifier = 0;
  /** Identifier of the request that is not answered yet; -1 for none. */
  #awaited = -1;
  #requested: Uint8Array = new Uint8Array();
  #failures = 0;
  #judgement: Judgement = { verdict: "ack", options: [] };
  #received: control.PppControl | undefined;

  constructor(
    protocol: ControlProtocol,
    settings: NegotiationSettings,
    timers: Timers,
    send: (packet: Uint8Array) => void,
  ) {
    this.#protocol = protocol;
    this.#settings = settings;
    this.#timers = timers;
    this.#send = send;
    this.#timer = new Timer((now) =>
      this.event(--this.#restarts > 0 ? "timeout" : "timeout_last", now)
    );
  }

  /** Stops the timer for good. */
  stop(): void {
    this.#timers.stop(this.#timer);
  }

  /** Takes the layer for opened by somebody else: RFC 2661 §4.4.5. */
  adopt(now: number): void {
    this.stop();
    this.state = "opened";
    this.#protocol.opened(now);
  }

  /** Lets an event happen. */
  event(event: PppEvent, now: number): void {
    const transition = pppTransition(this.state, event);
    if (transition === undefined) return;
    const { actions, next } = transition;
    // A layer that goes down does so in its old state; all else sees the new one.
    if (actions.includes("tld")) this.#protocol.down(now);
    this.state = next;
    for (const action of actions) this.#act(action, now);
    const waits = ["closing", "stopping", "req_sent", "ack_rcvd", "ack_sent"].includes(this.state);
    if (!waits) this.#timers.stop(this.#timer);
    else if (this.#timer.at === Infinity) this.#arm(now);
  }

  /** Takes a packet of this protocol. Never throws. */
  receive(bytes: Uint8Array, start: number, end: number, now: number): void {
    const { record } = control.decode(bytes, start, end);
    if (record === undefined || record.length < control.CONTROL_LENGTH) return;
    this.#received = record;
    switch (record.code) {
      case ControlCode.configureRequest:
        return this.#requestArrived(record, now);
      case ControlCode.configureAck:
      case ControlCode.configureNak:
      case ControlCode.configureReject:
        return this.#answerArrived(record, now);
      case ControlCode.terminateRequest:
        return this.event("rtr", now);
      case ControlCode.terminateAck:
        return this.event("rta", now);
      case ControlCode.codeReject: {
        const essential = record.data.length > 0 && record.data[0] >= 1 && record.data[0] <= 6;
        return this.event(essential ? "rxj_bad" : "rxj_good", now);
      }
      default:
        if (!this.#protocol.extra(record, now)) this.event("ruc", now);
    }
  }

  /** Sends a packet with a new identifier, or with the one given. */
  packet(code: number, data: Uint8Array, identifier = this.#nextIdentifier()): void {
    this.#send(control.encode(control.withLength({ code, identifier, length: 0, data })));
  }

  #nextIdentifier(): number {
    return this.#identifier = (this.#identifier + 1) & 0xff;
  }

  /**
   * The layer below may deliver a packet twice, which RFC 1661 knows nothing of: a copy of the last
   * request must not take an open layer down, nor one of an earlier request count at all. Each
   * negotiation would bring forth more copies, and begin anew for ever.
   */
  #requestArrived({ identifier, data }: control.PppControl, now: number): void {
    const { options, problem } = control.readOptions(data);
    if (problem !== undefined) return;
    const copy = this.#recent.note(identifier, data, now, this.#settings.restart);
    if (copy === "earlier") return;
    if (copy === "last" && this.state === "opened") return this.#answer();
    this.#judgement = this.#protocol.judge(options, this.#failures < this.#settings.maxFailure);
    const good = this.#judgement.verdict === "ack";
    if (good) this.#failures = 0;
    else if (this.#judgement.verdict === "nak") this.#failures++;
    this.event(good ? "rcr_good" : "rcr_bad", now);
  }

  #answerArrived({ code, identifier, data }: control.PppControl, now: number): void {
    if (identifier !== this.#awaited) return;
    const { options, problem } = control.readOptions(data);
    if (problem !== undefined) return;
    if (code === ControlCode.configureAck) {
      const same = data.length === this.#requested.length &&
        data.every((octet, i) => octet === this.#requested[i]);
      if (!same) return;
      this.#awaited = -1;
      return this.event("rca", now);
    }
    this.#awaited = -1;
    if (code === ControlCode.configureNak) this.#protocol.naked(options);
    else this.#protocol.rejected(options);
    this.event("rcn", now);
  }

  #arm(now: number): void {
    this.#timers.set(this.#timer, now + this.#settings.restart);
  }

  #act(action: PppAction, now: number): void {
    switch (action) {
      case "tlu":
        return this.#protocol.opened(now);
      case "tlf":
        return this.#protocol.finished(now);
      case "irc":
        this.#restarts = this.state === "closing" || this.state === "stopping"
          ? this.#settings.maxTerminate
          : this.#settings.maxConfigure;
        return;
      case "zrc":
        this.#restarts = 0;
        return this.#arm(now);
      case "scr":
        this.#requested = control.writeOptions(this.#protocol.request());
        this.packet(ControlCode.configureRequest, this.#requested);
        this.#awaited = this.#identifier;
        return this.#arm(now);
      case "sca":
      case "scn":
        return this.#answer();
      case "str":
        this.packet(ControlCode.terminateRequest, new Uint8Array());
        return this.#arm(now);
      case "sta":
        return this.packet(
          ControlCode.terminateAck,
          new Uint8Array(),
          this.#received?.identifier ?? 0,
        );
      case "scj":
        return this.packet(ControlCode.codeReject, control.encode(this.#received!));
      case "tld":
      case "tls":
      case "ser":
        return;
    }
  }

  #answer(): void {
    const codes = {
      ack: ControlCode.configureAck,
      nak: ControlCode.configureNak,
      reject: ControlCode.configureReject,
    };
    const { verdict, options } = this.#judgement;
    this.packet(codes[verdict], control.writeOptions(options), this.#received!.identifier);
  }
}
