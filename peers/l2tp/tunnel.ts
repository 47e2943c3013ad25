/** One tunnel: its control connection (RFC 2661 §7.2), its transport (§5.8, §8.1), its sessions. */
import type * as l2tp from "../../captures/wire/l2tp.ts";
import { viewAvps } from "../../captures/wire/l2tp_avp.ts";
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { MessageName } from "../../captures/wire/l2tp_message.ts";
import type { Endpoint } from "../machine.ts";
import { Timer } from "../net/timers.ts";
import type { CallPolicy } from "./call_policy.ts";
import type { L2tpContext } from "./context.ts";
import { controlChannel } from "./control_channel.ts";
import type { ControlEvent, ControlState } from "./control_connection.ts";
import { ControlMachine, type ControlOwner } from "./control_machine.ts";
import { type Fault, resultCode } from "./fault.ts";
import { Hello } from "./hello.ts";
import { readMessage, type ReceivedMessage } from "./read_message.ts";
import type { ReliableDelivery } from "./reliable_delivery.ts";
import { drawTieBreaker } from "./sccrq_sccrp.ts";
import type { SessionOwner } from "./session.ts";
import { SessionTable } from "./session_table.ts";
import type { TunnelPeer, TunnelPhase } from "./tunnel_peer.ts";
import { writeMessage } from "./write_message.ts";

/** What a tunnel reports to the LAC or LNS that has it. */
export interface TunnelOwner {
  /** The tunnel counts no longer among the half-open ones. */
  established(tunnel: Tunnel): void;
  /** The tunnel is open: calls that wait for it go on. */
  tunnelUp(tunnel: Tunnel, now: number): void;
  /** The tunnel lost a tie: its calls go into the winner's. */
  requeue(tunnel: Tunnel): void;
  /** The tunnel closed. */
  tunnelDown(tunnel: Tunnel, fault: Fault): void;
  /** A closed tunnel is found by its own identifier only. */
  lingers(tunnel: Tunnel): void;
  /** Nothing is left of the tunnel. */
  forget(tunnel: Tunnel): void;
}

/** One tunnel. */
export class Tunnel implements ControlOwner, SessionOwner {
  phase: TunnelPhase = "open";
  peerId = 0;
  readonly port: string;
  remote: Endpoint;
  source: Endpoint;
  framing = 0;
  bearer: number | undefined;
  readonly tieBreaker: Uint8Array | undefined;
  readonly sessions: SessionTable;
  /** Key under which a repeated SCCRQ finds this tunnel. */
  key = "";
  readonly #context: L2tpContext;
  readonly #owner: TunnelOwner;
  readonly #delivery: ReliableDelivery;
  readonly #control: ControlMachine;
  readonly #hello: Hello;
  readonly #setup: Timer;
  readonly #release: Timer;

  constructor(
    context: L2tpContext,
    policy: CallPolicy,
    owner: TunnelOwner,
    readonly localId: number,
    readonly initiator: boolean,
    peer: TunnelPeer,
  ) {
    const { config, rules, timers } = context;
    this.#context = context;
    this.#owner = owner;
    this.port = peer.port;
    this.remote = peer.remote;
    this.source = peer.source;
    this.tieBreaker = initiator ? drawTieBreaker(context) : undefined;
    this.#control = new ControlMachine(context, this);
    this.#delivery = controlChannel(context, this, {
      lost: (now) => this.#lost(now),
      flushed: (now) => {
        if (this.phase === "closing") this.#linger(now);
      },
    });
    this.sessions = new SessionTable(this, context, policy);
    this.#hello = new Hello(rules, {
      timers,
      interval: config.hello,
      hello: (now) => {
        if (this.#delivery.idle) this.hello();
        this.pump(now);
      },
      disappointed: (now) => this.close({ result: 1, message: "no HELLO" }, now),
    });
    this.#setup = new Timer((now) => this.close(rules.setupFault, now));
    this.#release = new Timer(() => this.discard());
  }

  /** The state of the control connection. */
  get state(): ControlState {
    return this.#control.state;
  }

  /** Whether the peer has acknowledged all that was sent. */
  get acknowledged(): boolean {
    return this.#delivery.idle;
  }

  /** Sends an SCCRQ. */
  open(now: number): void {
    this.setUp(now);
    this.#control.event("open", now);
    this.#delivery.pump(now);
  }

  needed(now: number): void {
    if (this.phase === "open" && this.state === "idle") return this.open(now);
    if (this.state !== "established") return;
    this.#control.event("new_call", now);
    this.#delivery.pump(now);
  }

  opened(now: number): void {
    this.#owner.tunnelUp(this, now);
  }

  requeue(): void {
    this.#owner.requeue(this);
  }

  /** Ends the tunnel with a StopCCN. */
  close(fault: Fault, now: number): void {
    this.#control.event("close", now, fault);
    this.#delivery.pump(now);
  }

  /** Discards the tunnel without a word: it lost a tie. */
  loseTie(now: number): void {
    this.#control.event("lose_tie", now);
  }

  /** Removes the tunnel at once. */
  discard(): void {
    const { timers } = this.#context;
    this.phase = "gone";
    this.#delivery.stop();
    this.#hello.stop();
    timers.stop(this.#setup);
    timers.stop(this.#release);
    this.#owner.forget(this);
  }

  /** From now on the tunnel has so long to be established. */
  setUp(now: number): void {
    const { timers, config } = this.#context;
    timers.set(this.#setup, now + config.setupTimeout);
  }

  setWindow(advertised: number | undefined): void {
    this.#delivery.setWindow(advertised);
  }

  send(name: MessageName, sessionId: number, values: Partial<AttributeValues>): void {
    const { rules, hiding } = this.#context;
    this.sendBody(name, sessionId, writeMessage(name, values, hiding, rules));
  }

  /** Sends a message whose AVPs somebody else has written. */
  sendBody(name: string, sessionId: number, body: Uint8Array): void {
    this.#delivery.send({ name, sessionId, body });
  }

  pump(now: number): void {
    if (this.phase !== "gone") this.#delivery.pump(now);
  }

  /** Whether packets from this address and port belong to this tunnel. */
  accepts(from: Endpoint): boolean {
    const { rules, config } = this.#context;
    if (this.state === "wait_ctl_reply") {
      return rules.remoteAfterSccrp(this.source, from, config.follow) !== undefined;
    }
    return rules.acceptsSource(this.source, from);
  }

  /**
   * Takes a control message in; its AVPs stand in `packet[start..end)`.
   * @param known The message, if it has been read already.
   */
  control(
    { ns = 0, nr = 0, sessionId }: l2tp.L2tp,
    packet: Uint8Array,
    start: number,
    end: number,
    from: Endpoint,
    now: number,
    known?: ReceivedMessage,
  ): void {
    const { rules, secret } = this.#context;
    this.#alive("control", from, now);
    let octets = packet.subarray(start, end);
    const arrival = this.#delivery.receive(ns, nr, start === end, now, () => {
      const message = known ?? readMessage(viewAvps(octets), secret, rules);
      this.#message(message, sessionId, from, now);
    });
    // What is held until its turn comes must outlive the packet.
    if (arrival === "early") octets = octets.slice();
    this.pump(now);
  }

  /** Takes a data message in; its payload stands in `packet[start..end)`. */
  data(
    { ns, sessionId }: l2tp.L2tp,
    packet: Uint8Array,
    start: number,
    end: number,
    from: Endpoint,
    now: number,
  ): void {
    const session = this.sessions.get(sessionId) ??
      this.#context.rules.sessionOfStrayData(() => this.sessions.all());
    if (session === undefined) return this.#context.discard("no session", from, { sessionId });
    this.#alive("data", from, now);
    session.receive(packet, start, end, ns, now);
    this.pump(now);
  }

  trace(event: string, fields: Record<string, unknown> = {}): void {
    this.#context.trace(event, { tunnel: this.localId, peer_tunnel: this.peerId, ...fields });
  }

  /** Sends a HELLO now. */
  hello(): void {
    this.send("HELLO", this.#context.rules.helloSessionId, {});
  }

  #alive(kind: "control" | "data", from: Endpoint, now: number): void {
    const { rules } = this.#context;
    this.#hello.alive(kind, now);
    if (rules.movesWithSource && this.state === "established") this.remote = this.source = from;
  }

  #message(message: ReceivedMessage, sessionId: number, from: Endpoint, now: number): void {
    for (const what of message.ignored) this.trace("ignored", { what, message: message.name });
    // A closed tunnel acknowledges, and no more.
    if (this.phase !== "open") return;
    if (message.name === "HELLO") this.#hello.heard();
    if (this.#control.message(message, from, now)) return;
    this.sessions.message(message, sessionId, now);
  }

  sendStopCcn(fault: Fault): void {
    const { rules } = this.#context;
    if (rules.sendsCdnWithStopCcn) this.sessions.disconnect(fault);
    this.trace("stop_ccn", { direction: "sent", ...fault });
    this.send("StopCCN", 0, {
      assignedTunnelId: rules.stopCcnTunnelId(this.localId),
      resultCode: resultCode(fault),
    });
    this.phase = "closing";
  }

  established(now: number): void {
    const { address, port } = this.remote;
    this.#context.timers.stop(this.#setup);
    this.#hello.start(now);
    const role = this.initiator ? "initiator" : "responder";
    this.trace("control_connection_up", { role, remote: address, port, own_port: this.port });
    this.#owner.established(this);
  }

  cleanUp(event: ControlEvent, before: ControlState, fault: Fault, now: number): void {
    const { rules, timers } = this.#context;
    timers.stop(this.#setup);
    this.#hello.stop();
    if (rules.endsSessions) this.sessions.tunnelClosed(now);
    if (before === "established") this.trace("control_connection_down", { reason: event });
    if (event === "lose_tie" || before === "idle" && this.phase === "open") return this.discard();
    if (this.phase === "open") this.#linger(now);
    this.#owner.tunnelDown(this, fault);
  }

  /** The peer cannot be reached: ends without a message. */
  #lost(now: number): void {
    if (this.phase !== "closing") {
      this.trace("control_connection_lost", { state: this.state });
      if (this.state === "established") {
        this.trace("control_connection_down", { reason: "no answer" });
      }
      if (this.#context.rules.endsSessions) this.sessions.tunnelClosed(now);
      this.phase = "lingering";
      this.#owner.tunnelDown(this, { result: 0, message: "no answer" });
    }
    this.discard();
  }

  #linger(now: number): void {
    const { rules, config, timers } = this.#context;
    this.phase = "lingering";
    this.#owner.lingers(this);
    timers.set(this.#release, now + rules.retention(config.retention));
  }
}
