/** One session: its call (RFC 2661 §7.4, §7.5), its data, and the PPP link within. */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { CallErrorsValue, CauseValue } from "../../captures/wire/l2tp_values.ts";
import type { MessageName } from "../../captures/wire/l2tp_message.ts";
import type { Endpoint } from "../machine.ts";
import { Timer } from "../net/timers.ts";
import { linkFor } from "./call_link.ts";
import type { ActiveCall, CallPolicy } from "./call_policy.ts";
import type { CallAction, CallEvent, CallMessage, CallState } from "./call_table.ts";
import { type CallTable, type Direction, DISCONNECT } from "./call_table.ts";
import type { AnswerConfig, CallConfig } from "./config.ts";
import { DataChannel } from "./data.ts";
import type { L2tpContext } from "./context.ts";
import { type Fault, faultOf, resultCode } from "./fault.ts";
import type { ReceivedMessage } from "./read_message.ts";
import type { PppSession } from "./ppp/ppp_session.ts";
import { type Advertised, whyNotAccepted, whyNotRequested } from "./request.ts";
import { CALL_TABLES } from "./rules/call.ts";

/** What a session asks of its tunnel. */
export interface SessionOwner extends Advertised {
  /** Tunnel IDs of both ends. */
  readonly localId: number;
  readonly peerId: number;
  /** Own port, and where data goes. */
  readonly port: string;
  readonly remote: Endpoint;
  readonly sessions: {
    /** Learns which identifier the peer gave a session. */
    named(session: Session, peerId: number): void;
    /** A call waits for the tunnel to open. */
    wait(session: Session): void;
    remove(session: Session, now: number): void;
  };
  /** A call needs the tunnel open. */
  needed(now: number): void;
  /** Queues a control message. */
  send(name: MessageName, sessionId: number, values: Partial<AttributeValues>): void;
  /** Sends what is queued, as far as the window allows. */
  pump(now: number): void;
  close(fault: Fault, now: number): void;
  trace(event: string, fields?: Record<string, unknown>): void;
}

/** One session of a tunnel. */
export class Session implements ActiveCall {
  state: CallState = "idle";
  localId = 0;
  /** Session ID that the peer assigned; 0 while unknown. */
  peerId = 0;
  serial = 0;
  answer: AnswerConfig | undefined;
  ppp: PppSession | undefined;
  readonly heard: Partial<AttributeValues> = {};
  readonly data: DataChannel;
  readonly #context: L2tpContext;
  readonly #policy: CallPolicy;
  readonly #table: CallTable;
  readonly #bearer: Timer;
  readonly #limit: Timer;
  #fault: Fault = { result: 3 };
  #cause: CauseValue | undefined;

  constructor(
    readonly tunnel: SessionOwner,
    context: L2tpContext,
    policy: CallPolicy,
    readonly direction: Direction,
    public call: CallConfig | undefined = undefined,
  ) {
    const { role, config, rules, timers } = context;
    this.#context = context;
    this.#policy = policy;
    this.#table = CALL_TABLES[role][direction];
    this.data = new DataChannel(config.data, role, rules, {
      timers,
      frame: (bytes, start, end, now) => this.ppp?.receive(bytes, start, end, now),
    });
    this.#bearer = new Timer((now) => this.#answered(now));
    this.#limit = new Timer((now) => this.close(rules.callTimeoutFault, now));
  }

  /** A call is to be made. */
  ring(now: number): void {
    this.event("ring", now);
  }

  /** The call goes on, unless the peer must not be asked for it. */
  tunnelOpened(now: number): void {
    const { rules } = this.#context;
    const { call, direction, tunnel } = this;
    const reason = call && whyNotRequested(direction, call, tunnel, rules);
    if (reason === undefined) return this.event("tunnel_open", now);
    this.trace("call_failed", { reason });
    this.close(rules.framingFault, now);
  }

  /** Ends the call with a CDN. */
  close(fault: Fault, now: number, cause?: CauseValue): void {
    this.#cause = cause;
    this.event("close", now, fault);
    this.tunnel.pump(now);
  }

  /** Takes a message about this session. */
  message(message: ReceivedMessage, now: number): void {
    const { name, values, fault } = message;
    const { rules } = this.#context;
    if (name === "WEN" || name === "SLI") {
      if (fault !== undefined) return this.close(fault, now);
      return this.#notified(name, values, now);
    }
    const event = name!.toLowerCase() as CallMessage;
    if (event === "cdn") return this.#cdn(message, now);
    const expected = this.#expects(event);
    if (!expected) {
      return this.event(event, now, rules.callSequenceFault(this.state, name!));
    }
    if (values.assignedSessionId !== undefined && this.peerId === 0) {
      this.tunnel.sessions.named(this, values.assignedSessionId);
    }
    Object.assign(this.heard, values);
    this.serial = values.callSerialNumber ?? this.serial;
    const reason = fault ?? this.#judge(event);
    this.event(reason === undefined ? event : `${event}_bad`, now, reason);
  }

  /** Takes a data message's frame in. */
  receive(
    bytes: Uint8Array,
    start: number,
    end: number,
    ns: number | undefined,
    now: number,
  ): void {
    if (!this.#context.rules.acceptsDataIn(this.state)) {
      return this.trace("data_dropped", { reason: `state ${this.state}` });
    }
    const became = this.data.receive(bytes, start, end, ns, now);
    if (became === "late") this.trace("data_dropped", { reason: "late", ns });
  }

  sendFrame(header: Uint8Array, information: Uint8Array, keepalive: boolean): void {
    if (this.state !== "established") return;
    const { rules } = this.#context;
    const tunnelId = rules.headerTunnelId(this.tunnel.peerId, this.tunnel.localId);
    const sessionId = rules.headerSessionId(this.peerId, this.localId);
    const packet = this.data.message(tunnelId, sessionId, header, information, keepalive);
    this.#context.send(rules.dataPort(this.tunnel.port), packet, this.tunnel.remote);
  }

  /** The tunnel is gone, and this session with it. */
  tunnelClosed(now: number): void {
    this.#cleanUp("tunnel closed", now);
  }

  /** Reports errors on the line to the LNS: RFC 2661 §6.13. */
  sendWen(callErrors: CallErrorsValue): void {
    this.#send("WEN", { callErrors });
  }

  /** Tells the LAC of PPP's character maps: RFC 2661 §6.14. */
  sendSli(send: number, receive: number): void {
    this.#send("SLI", { accm: { reserved: 0, send, receive } });
  }

  /** Sends a CDN. */
  sendCdn(fault: Fault): void {
    const { rules } = this.#context;
    this.trace("cdn", { direction: "sent", ...fault });
    this.#send("CDN", {
      resultCode: resultCode(fault),
      assignedSessionId: rules.cdnSessionId(this.localId),
      q931CauseCode: this.#cause,
    });
  }

  /** Writes a line of the trace about this session. */
  trace(event: string, fields: Record<string, unknown> = {}): void {
    const call = this.call === undefined ? {} : { call: this.call.name };
    this.tunnel.trace(event, {
      session: this.localId,
      peer_session: this.peerId,
      ...call,
      ...fields,
    });
  }

  /** Lets an event of RFC 2661 §7.4 or §7.5 happen. */
  event(event: CallEvent, now: number, fault?: Fault): void {
    const { rules } = this.#context;
    const known = rules.callTransition(this.#table, this.state, event);
    // What is not acceptable and has no row of its own is as bad as what is out of order.
    const plain = event.endsWith("_bad") ? DISCONNECT : undefined;
    const transition = known ?? plain;
    if (transition === undefined) return;
    if (fault !== undefined) this.#fault = fault;
    this.state = transition.next;
    const waits = this.state !== "idle" && this.state !== "established";
    const { timers, config } = this.#context;
    if (!waits) timers.stop(this.#limit);
    else if (this.#limit.at === Infinity) timers.set(this.#limit, now + config.callTimeout);
    for (const action of transition.actions) this.#act(action, event, now);
  }

  /** Whether a message is the one that this state waits for. */
  #expects(event: CallMessage): boolean {
    const next = this.#context.rules.callTransition(this.#table, this.state, event)?.next;
    return next !== undefined && next !== "idle";
  }

  #judge(event: CallMessage): Fault | undefined {
    const { rules, config } = this.#context;
    const fault = whyNotAccepted(event, this.heard, config, rules);
    if (fault !== undefined || event !== "ocrq") return fault;
    this.answer = this.#policy.answerTo(this);
    this.call = this.answer === undefined ? undefined : this.#policy.callFor(this);
    return this.answer === undefined ? { result: 6 } : undefined;
  }

  #cdn({ values, fault: wrong }: ReceivedMessage, now: number): void {
    const { rules } = this.#context;
    if (!rules.takesCdn(values, wrong)) return this.trace("ignored", { what: "CDN" });
    const fault = faultOf(values.resultCode);
    if (rules.cdnEndsTunnel) this.tunnel.close(fault, now);
    const cause = values.q931CauseCode;
    const q931 = cause === undefined ? {} : { cause: cause.cause };
    this.trace("cdn", { direction: "received", ...fault, ...q931 });
    if (rules.answersCdn) this.sendCdn(fault);
    this.event("cdn", now, fault);
  }

  #notified(name: "WEN" | "SLI", values: Partial<AttributeValues>, now: number): void {
    const { rules } = this.#context;
    if (!(name === "WEN" ? rules.takesWen : rules.takesSli)) {
      return this.tunnel.close(rules.valueFault(`unknown message ${name}`), now);
    }
    this.trace(name.toLowerCase(), name === "WEN" ? { ...values.callErrors } : { ...values.accm });
  }

  #act(action: CallAction, event: CallEvent, now: number): void {
    switch (action) {
      case "open_tunnel":
        this.tunnel.sessions.wait(this);
        return this.tunnel.needed(now);
      case "open_bearer":
        return this.#context.timers.set(this.#bearer, now + (this.answer?.after ?? 0));
      case "send_cdn":
        return this.sendCdn(this.#fault);
      case "prepare_data":
        return this.#prepareData(now);
      case "clean_up":
        return this.#cleanUp(event, now);
      default: {
        const name = action.slice(5).toUpperCase() as Uppercase<CallMessage>;
        return this.#send(name, this.#policy.callValues(this, name));
      }
    }
  }

  #send(name: Uppercase<CallMessage> | "WEN" | "SLI", values: Partial<AttributeValues>): void {
    const { rules } = this.#context;
    this.tunnel.send(name, rules.headerSessionId(this.peerId, this.localId), values);
  }

  /** The called party has answered, or not. */
  #answered(now: number): void {
    const { outcome } = this.answer ?? { outcome: "answer" };
    if (outcome === "answer") this.event("answer", now);
    else this.event("failure", now, { result: outcome });
    this.tunnel.pump(now);
  }

  #prepareData(now: number): void {
    const { rules, role } = this.#context;
    const asked = role === "lac" ? this.call?.sequencingRequired : this.heard.sequencingRequired;
    this.data.required = asked === true && rules.keepsToSequencingRequired;
    if (this.data.required) this.data.switchSequencing(true);
    this.trace("session_up", { direction: this.direction, serial: this.serial });
    // The peer takes no data before it has the message that says that the call is connected.
    this.tunnel.pump(now);
    this.ppp = linkFor(this, this.#policy, this.#context);
    this.#policy.startLink(this, this.ppp, now);
  }

  #cleanUp(reason: string, now: number): void {
    const wasUp = this.ppp !== undefined;
    this.state = "idle";
    this.#context.timers.stop(this.#bearer);
    this.#context.timers.stop(this.#limit);
    this.data.stop();
    this.ppp?.destroy(now);
    this.tunnel.sessions.remove(this, now);
    if (wasUp) this.trace("session_down", { reason, lost: this.data.lost });
    this.ppp = undefined;
    this.#policy.callEnded(this, this.#fault, now);
  }
}
