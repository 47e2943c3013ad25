/**
 * One tunnel: its control connection (RFC 2661 §7.2), what carries it (§5.8, §8.1) and its sessions.
 */
import type * as l2tp from "../../captures/wire/l2tp.ts";
import { viewAvps } from "../../captures/wire/l2tp_avp.ts";
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { MessageName } from "../../captures/wire/l2tp_message.ts";
import type { Endpoint } from "../machine.ts";
import { sendControl } from "./admission.ts";
import type { ControlEvent, ControlState } from "./control_connection.ts";
import { ControlMachine } from "./control_machine.ts";
import type { L2tpEndpoint } from "./endpoint.ts";
import { type Fault, resultCode } from "./fault.ts";
import { Hello } from "./hello.ts";
import { drawTieBreaker } from "./introduction.ts";
import { readMessage, type ReceivedMessage } from "./read_message.ts";
import { ReliableDelivery } from "./reliable_delivery.ts";
import { SessionTable } from "./session_table.ts";
import { Timer } from "../net/timers.ts";
import type { TunnelPeer, TunnelPhase } from "./tunnel_peer.ts";
import { writeMessage } from "./write_message.ts";

/** One tunnel. */
export class Tunnel {
  phase: TunnelPhase = "open";
  /** Tunnel ID that the peer assigned; 0 while unknown. */
  peerId = 0;
  /** Own UDP port. */
  readonly port: string;
  /** Where messages go. */
  remote: Endpoint;
  /** Where the peer's messages come from. */
  source: Endpoint;
  /** What the peer advertised. */
  framing = 0;
  bearer: number | undefined;
  readonly tieBreaker: Uint8Array | undefined;
  readonly sessions: SessionTable;
  /** Key under which a repeated SCCRQ finds this tunnel. */
  key = "";
  readonly #endpoint: L2tpEndpoint;
  readonly #delivery: ReliableDelivery;
  readonly #control: ControlMachine;
  readonly #hello: Hello;
  readonly #setup: Timer;
  readonly #release: Timer;

  constructor(
    endpoint: L2tpEndpoint,
    readonly localId: number,
    readonly initiator: boolean,
    peer: TunnelPeer,
  ) {
    const { config, rules, timers } = endpoint;
    this.#endpoint = endpoint;
    this.port = peer.port;
    this.remote = peer.remote;
    this.source = peer.source;
    this.tieBreaker = initiator ? drawTieBreaker(endpoint) : undefined;
    this.#control = new ControlMachine(endpoint, this);
    const { outOfOrder, receiveWindow: window, retransmission } = config;
    this.#delivery = new ReliableDelivery({ ...retransmission, outOfOrder, window }, rules, {
      timers,
      transmit: ({ sessionId, body, name }, ns, nr) => this.#emit(name, sessionId, body, ns, nr),
      acknowledge: (ns, nr) => this.#emit("ZLB", 0, new Uint8Array(), ns, nr),
      lost: (now) => this.#lost(now),
      flushed: (now) => {
        if (this.phase === "closing") this.#linger(now);
      },
    });
    this.sessions = new SessionTable(this, endpoint);
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
    this.#release = new Timer(() => this.#gone());
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

  /** Another call wants to go through the tunnel. */
  newCall(now: number): void {
    this.#control.event("new_call", now);
    this.#delivery.pump(now);
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

  /** Forgets the tunnel at once. */
  discard(): void {
    this.#gone();
  }

  /** From now on the tunnel has so long to be established. */
  setUp(now: number): void {
    const { timers, config } = this.#endpoint;
    timers.set(this.#setup, now + config.setupTimeout);
  }

  /** Learns how many messages the peer takes at once. */
  setWindow(advertised: number | undefined): void {
    this.#delivery.setWindow(advertised);
  }

  /** Sends a message about the tunnel or one of its sessions. */
  send(name: MessageName, sessionId: number, values: Partial<AttributeValues>): void {
    const { rules, hiding } = this.#endpoint;
    this.sendBody(name, sessionId, writeMessage(name, values, hiding, rules));
  }

  /** Sends a message whose AVPs somebody else has written. */
  sendBody(name: string, sessionId: number, body: Uint8Array): void {
    this.#delivery.send({ name, sessionId, body });
  }

  /** Sends what is queued, as far as the window allows. */
  pump(now: number): void {
    if (this.phase !== "gone") this.#delivery.pump(now);
  }

  /** Whether packets from this address and port belong to this tunnel. */
  accepts(from: Endpoint): boolean {
    const { rules, config } = this.#endpoint;
    if (this.state === "wait_ctl_reply") {
      return rules.remoteAfterSccrp(this.source, from, config.follow) !== undefined;
    }
    return rules.acceptsSource(this.source, from);
  }

  /**
   * Takes a control message in; its AVPs stand in `packet[start..end)`.
   * @param known What the message says, if that has been read already.
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
    const { rules, secret } = this.#endpoint;
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
    const { rules } = this.#endpoint;
    const session = this.sessions.get(sessionId) ??
      rules.sessionOfStrayData(() => this.sessions.all());
    if (session === undefined) return this.#endpoint.discard("no session", from, { sessionId });
    this.#alive("data", from, now);
    session.receive(packet, start, end, ns, now);
    this.pump(now);
  }

  /** Writes a line of the trace about this tunnel. */
  trace(event: string, fields: Record<string, unknown> = {}): void {
    this.#endpoint.trace(event, { tunnel: this.localId, peer_tunnel: this.peerId, ...fields });
  }

  /** Sends a HELLO now. */
  hello(): void {
    this.send("HELLO", this.#endpoint.rules.helloSessionId, {});
  }

  #alive(kind: "control" | "data", from: Endpoint, now: number): void {
    const { rules } = this.#endpoint;
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

  /** Says why the tunnel ends. */
  sendStopCcn(fault: Fault): void {
    const { rules } = this.#endpoint;
    if (rules.sendsCdnWithStopCcn) this.sessions.disconnect(fault);
    this.trace("stop_ccn", { direction: "sent", ...fault });
    this.send("StopCCN", 0, {
      assignedTunnelId: rules.stopCcnTunnelId(this.localId),
      resultCode: resultCode(fault),
    });
    this.phase = "closing";
  }

  /** The control connection is established. */
  established(now: number): void {
    const { address, port } = this.remote;
    this.#endpoint.timers.stop(this.#setup);
    this.#hello.start(now);
    const role = this.initiator ? "initiator" : "responder";
    this.trace("control_connection_up", { role, remote: address, port, own_port: this.port });
    this.#endpoint.established(this);
  }

  /** The control connection ended by this event in this state. */
  cleanUp(event: ControlEvent, before: ControlState, fault: Fault, now: number): void {
    const { rules, timers } = this.#endpoint;
    timers.stop(this.#setup);
    this.#hello.stop();
    if (rules.endsSessions) this.sessions.tunnelClosed(now);
    if (before === "established") this.trace("control_connection_down", { reason: event });
    if (event === "lose_tie" || before === "idle" && this.phase === "open") return this.#gone();
    if (this.phase === "open") this.#linger(now);
    this.#endpoint.tunnelDown(this, fault);
  }

  /** The peer is not to be reached: there is nobody to tell. */
  #lost(now: number): void {
    if (this.phase !== "closing") {
      this.trace("control_connection_lost", { state: this.state });
      if (this.state === "established") {
        this.trace("control_connection_down", { reason: "no answer" });
      }
      const { rules } = this.#endpoint;
      if (rules.endsSessions) this.sessions.tunnelClosed(now);
      this.phase = "lingering";
      this.#endpoint.tunnelDown(this, { result: 0, message: "no answer" });
    }
    this.#gone();
  }

  #linger(now: number): void {
    const { rules, config, timers } = this.#endpoint;
    this.phase = "lingering";
    this.#endpoint.lingers(this);
    timers.set(this.#release, now + rules.retention(config.retention));
  }

  #gone(): void {
    const { timers } = this.#endpoint;
    this.phase = "gone";
    this.#delivery.stop();
    this.#hello.stop();
    timers.stop(this.#setup);
    timers.stop(this.#release);
    this.#endpoint.forget(this);
  }

  #emit(name: string, sessionId: number, body: Uint8Array, ns: number, nr: number): void {
    const { rules } = this.#endpoint;
    const tunnelId = rules.headerTunnelId(this.peerId, this.localId);
    const numbers = { tunnelId, sessionId, ns, nr };
    sendControl(this.#endpoint, this.port, this.remote, name, numbers, body);
  }
}
