/** A control connection at work: judges messages and follows the table of RFC 2661 §7.2.1. */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { Endpoint } from "../machine.ts";
import { TunnelAuthentication } from "./authentication.ts";
import type { ControlAction, ControlEvent, ControlState } from "./control_connection.ts";
import type { MessageName } from "../../captures/wire/l2tp_message.ts";
import type { L2tpContext } from "./context.ts";
import { type Fault, faultOf } from "./fault.ts";
import { judgeSccrqSccrp, sccrqSccrpValues } from "./sccrq_sccrp.ts";
import type { ReceivedMessage } from "./read_message.ts";
import type { TunnelPhase } from "./tunnel_peer.ts";

/** The message that each state waits for. */
const EXPECTED: Record<ControlState, string> = {
  idle: "sccrq",
  wait_ctl_reply: "sccrp",
  wait_ctl_conn: "scccn",
  established: "",
};

/** What a control connection asks of its tunnel. */
export interface ControlOwner {
  readonly phase: TunnelPhase;
  /** Tunnel IDs of both ends; 0 while the peer's is unknown. */
  readonly localId: number;
  peerId: number;
  readonly tieBreaker: Uint8Array | undefined;
  /** Where messages go, and where the peer's come from. */
  remote: Endpoint;
  source: Endpoint;
  /** Capabilities that the peer advertised. */
  framing: number;
  bearer: number | undefined;
  /** Learns how many messages the peer takes at once. */
  setWindow(advertised: number | undefined): void;
  /** Queues a control message. */
  send(name: MessageName, sessionId: number, values: Partial<AttributeValues>): void;
  /** Sends a StopCCN with the reason. */
  sendStopCcn(fault: Fault): void;
  /** The control connection is established. */
  established(now: number): void;
  /** Calls that wait for the tunnel may go on. */
  opened(now: number): void;
  /** The tunnel lost a tie: its calls go into the winner's. */
  requeue(): void;
  /** The control connection ended by this event in this state. */
  cleanUp(event: ControlEvent, before: ControlState, fault: Fault, now: number): void;
  trace(event: string, fields?: Record<string, unknown>): void;
}

/** The control connection of one tunnel. */
export class ControlMachine {
  state: ControlState = "idle";
  readonly #context: L2tpContext;
  readonly #tunnel: ControlOwner;
  readonly #authentication: TunnelAuthentication;
  #fault: Fault = { result: 1 };

  constructor(context: L2tpContext, tunnel: ControlOwner) {
    const { secret, config, rules, random } = context;
    this.#context = context;
    this.#tunnel = tunnel;
    this.#authentication = new TunnelAuthentication(secret, config.authenticate, rules, random);
  }

  /** Takes a message; false when it is about a session of an established tunnel. */
  message(message: ReceivedMessage, from: Endpoint, now: number): boolean {
    const { rules } = this.#context;
    switch (message.name) {
      case undefined:
        this.#unknown(message, now);
        return true;
      case "SCCRQ":
      case "SCCRP":
      case "SCCCN":
        this.#setUp(message.name, message, from, now);
        return true;
      case "StopCCN":
        this.#stopped(message, now);
        return true;
      case "HELLO":
        if (message.fault !== undefined) this.event("close", now, message.fault);
        return true;
      default:
        if (this.state === "established") return false;
        this.event("close", now, rules.sequenceFault(this.state, message.name));
        return true;
    }
  }

  /** Lets an event of RFC 2661 §7.2.1 happen. */
  event(event: ControlEvent, now: number, fault: Fault = this.#fault): void {
    if (this.#tunnel.phase !== "open") return;
    const transition = this.#context.rules.controlTransition(this.state, event);
    if (transition === undefined) return;
    const before = this.state;
    this.#fault = fault;
    this.state = transition.next;
    for (const action of transition.actions) this.#act(action, event, before, now);
  }

  /** A message without a type, or with one that nobody knows. */
  #unknown({ type, mandatory, fault }: ReceivedMessage, now: number): void {
    const { rules } = this.#context;
    if (type >= 0 && !rules.endsOnUnknownMessage(mandatory)) {
      return this.#tunnel.trace("ignored", { what: `message type ${type}` });
    }
    const reason = type < 0 ? fault : undefined;
    this.event("close", now, reason ?? rules.valueFault(`unknown message type ${type}`));
  }

  #setUp(name: "SCCRQ" | "SCCRP" | "SCCCN", message: ReceivedMessage, from: Endpoint, now: number) {
    const event = name.toLowerCase() as "sccrq" | "sccrp" | "scccn";
    if (EXPECTED[this.state] !== event) {
      return this.event(event, now, this.#context.rules.sequenceFault(this.state, name));
    }
    const fault = this.#judge(name, message, from);
    this.event(fault === undefined ? event : `${event}_bad`, now, fault);
  }

  #judge(
    name: "SCCRQ" | "SCCRP" | "SCCCN",
    message: ReceivedMessage,
    from: Endpoint,
  ): Fault | undefined {
    if (name === "SCCCN") return message.fault ?? this.#authentication.verify(name, message);
    if (name === "SCCRQ") return this.#judgeSccrqSccrp(message);
    const { rules, config } = this.#context;
    const remote = rules.remoteAfterSccrp(this.#tunnel.remote, from, config.follow);
    if (remote !== undefined) this.#tunnel.remote = remote;
    this.#tunnel.source = from;
    return this.#judgeSccrqSccrp(message) ?? this.#authentication.verify(name, message);
  }

  /** Takes the peer's identifier and capabilities from its SCCRQ or SCCRP. */
  #judgeSccrqSccrp(message: ReceivedMessage): Fault | undefined {
    const { values } = message;
    this.#tunnel.peerId = values.assignedTunnelId ?? 0;
    this.#tunnel.framing = values.framingCapabilities ?? 0;
    this.#tunnel.bearer = values.bearerCapabilities;
    const fault = judgeSccrqSccrp(this.#context, message);
    if (fault !== undefined) return fault;
    this.#tunnel.setWindow(values.receiveWindowSize);
    return this.#authentication.challenged(message);
  }

  #stopped(message: ReceivedMessage, now: number): void {
    if (!this.#context.rules.takesStopCcn(message.values, message.fault)) return;
    const fault = faultOf(message.values.resultCode);
    // §4.4.3: it may be the first message with the peer's identifier.
    if (this.#tunnel.peerId === 0) this.#tunnel.peerId = message.values.assignedTunnelId ?? 0;
    this.#tunnel.trace("stop_ccn", { direction: "received", ...fault });
    this.event("stop_ccn", now, fault);
  }

  #sccrqSccrpValues(): Partial<AttributeValues> {
    return sccrqSccrpValues(this.#context, this.#tunnel.localId, this.#authentication.challenge);
  }

  #act(action: ControlAction, event: ControlEvent, before: ControlState, now: number): void {
    const tunnel = this.#tunnel;
    switch (action) {
      case "send_sccrq": {
        const { tieBreaker } = tunnel;
        return tunnel.send("SCCRQ", 0, { ...this.#sccrqSccrpValues(), tieBreaker });
      }
      case "send_sccrp": {
        const challengeResponse = this.#authentication.response("SCCRP");
        return tunnel.send("SCCRP", 0, { ...this.#sccrqSccrpValues(), challengeResponse });
      }
      case "send_scccn": {
        const challengeResponse = this.#authentication.response("SCCCN");
        return tunnel.send("SCCCN", 0, { challengeResponse });
      }
      case "send_stop_ccn":
        return tunnel.sendStopCcn(this.#fault);
      case "tunnel_open":
        if (event !== "new_call") tunnel.established(now);
        return tunnel.opened(now);
      case "requeue":
        return tunnel.requeue();
      case "clean_up":
        return tunnel.cleanUp(event, before, this.#fault, now);
    }
  }
}
