/**
 * One tunnel: its control connection (RFC 2661 §7.2), what carries it (§5.8, §8.1) and its sessions.
 */
import * as l2tp from "../../captures/wire/l2tp.ts";
import { readAvps } from "../../captures/wire/l2tp_avp.ts";
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { MessageName } from "../../captures/wire/l2tp_message.ts";
import type { Endpoint } from "../machine.ts";
import { TunnelAuthentication } from "./authentication.ts";
import type { ControlAction, ControlEvent, ControlState } from "./control_connection.ts";
import type { L2tpEndpoint } from "./endpoint.ts";
import { type Fault, faultOf, resultCode } from "./fault.ts";
import { readMessage, type ReceivedMessage } from "./read_message.ts";
import { ReliableDelivery } from "./reliable_delivery.ts";
import { SessionTable } from "./session_table.ts";
import { Timer } from "./timers.ts";
import { randomOctets, writeMessage } from "./write_message.ts";

/** Whether a tunnel lives, waits for its StopCCN to be acknowledged, or acknowledges repetitions. */
export type TunnelPhase = "open" | "closing" | "lingering" | "gone";

/** Who is at the other end. */
export interface TunnelPeer {
  /** Name in the configuration; none for peers that come by themselves. */
  name?: string;
  /** Own port, and the address that was dialled or that the SCCRQ came from. */
  port: string;
  remote: Endpoint;
}

/** One tunnel. */
export class Tunnel {
  state: ControlState = "idle";
  phase: TunnelPhase = "open";
  /** Tunnel ID that the peer assigned; 0 while unknown. */
  peerId = 0;
  /** Own UDP port. */
  readonly port: string;
  readonly peerName: string | undefined;
  /** Where messages go. */
  remote: Endpoint;
  /** Where the peer's messages come from. */
  source: Endpoint;
  /** What the peer advertised. */
  framing = 0;
  bearer: number | undefined;
  readonly tieBreaker: Uint8Array | undefined;
  readonly sessions: SessionTable;
  /** True once the connection was established. */
  wasUp = false;
  /** Key under which a repeated SCCRQ finds this tunnel. */
  key = "";
  readonly #endpoint: L2tpEndpoint;
  readonly #delivery: ReliableDelivery;
  readonly #authentication: TunnelAuthentication;
  readonly #hello: Timer;
  readonly #release: Timer;
  #heard = 0;
  #fault: Fault = { result: 1 };

  constructor(
    endpoint: L2tpEndpoint,
    readonly localId: number,
    readonly initiator: boolean,
    peer: TunnelPeer,
  ) {
    const { config, rules, timers, secret } = endpoint;
    this.#endpoint = endpoint;
    this.port = peer.port;
    this.peerName = peer.name;
    this.remote = this.source = peer.remote;
    this.tieBreaker = initiator ? this.#drawTieBreaker() : undefined;
    const random = endpoint.random;
    this.#authentication = new TunnelAuthentication(secret, config.authenticate, rules, random);
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
    this.#hello = new Timer((now) => this.#silence(now));
    this.#release = new Timer((now) => this.#gone(now));
  }

  /** The control connection's Ns and Nr, and messages in flight: for instructions and tests. */
  get numbers(): { ns: number; nr: number; outstanding: number; idle: boolean } {
    const { ns, nr, outstanding, idle } = this.#delivery;
    return { ns, nr, outstanding, idle };
  }

  /** Sends an SCCRQ. */
  open(now: number): void {
    this.#event("open", now);
    this.#delivery.pump(now);
  }

  /** Another call wants to go through the tunnel. */
  newCall(now: number): void {
    this.#event("new_call", now);
    this.#delivery.pump(now);
  }

  /** Ends the tunnel with a StopCCN. */
  close(fault: Fault, now: number): void {
    this.#event("close", now, fault);
    this.#delivery.pump(now);
  }

  /** Discards the tunnel without a word: it lost a tie. */
  loseTie(now: number): void {
    this.#event("lose_tie", now);
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

  /** Takes a control message in; its AVPs stand in `packet[start..end)`. */
  control(
    { ns = 0, nr = 0, sessionId }: l2tp.L2tp,
    packet: Uint8Array,
    start: number,
    end: number,
    from: Endpoint,
    now: number,
  ): void {
    const { rules, secret } = this.#endpoint;
    this.#alive("control", from, now);
    const zlb = start === end;
    const avps = readAvps(packet, start, end);
    this.#delivery.receive(ns, nr, zlb, now, () => {
      this.#message(readMessage(avps, secret, rules), sessionId, from, now);
    });
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
    const session = this.sessions.get(sessionId);
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

  #drawTieBreaker(): Uint8Array | undefined {
    const { tieBreaker } = this.#endpoint.config;
    if (tieBreaker === "none") return undefined;
    if (tieBreaker === "random") return randomOctets(8, this.#endpoint.random);
    return Uint8Array.from(tieBreaker.match(/../g)!, (digits) => parseInt(digits, 16));
  }

  #alive(kind: "control" | "data", from: Endpoint, now: number): void {
    const { rules } = this.#endpoint;
    if (rules.showsLife(kind)) this.#heard = now;
    if (rules.movesWithSource && this.state === "established") this.remote = this.source = from;
  }

  #message(message: ReceivedMessage, sessionId: number, from: Endpoint, now: number): void {
    for (const what of message.ignored) this.trace("ignored", { what, message: message.name });
    // A closed tunnel acknowledges, and no more.
    if (this.phase !== "open") return;
    const { rules } = this.#endpoint;
    switch (message.name) {
      case undefined:
        return this.#unknown(message, now);
      case "SCCRQ":
        return this.#judged("sccrq", message, this.#judgeSccrq(message), now);
      case "SCCRP":
        return this.#judged("sccrp", message, this.#judgeSccrp(message, from), now);
      case "SCCCN":
        return this.#judged("scccn", message, this.#judgeScccn(message), now);
      case "StopCCN": {
        const fault = faultOf(message.values.resultCode);
        this.trace("stop_ccn", { direction: "received", ...fault });
        this.#fault = fault;
        return this.#event("stop_ccn", now, fault);
      }
      case "HELLO":
        if (message.fault !== undefined) this.#event("close", now, message.fault);
        return;
      default:
        if (this.state === "established") return this.sessions.message(message, sessionId, now);
        return this.#event("close", now, rules.sequenceFault(this.state, message.name));
    }
  }

  /** A message without a type, or with one that nobody knows. */
  #unknown({ type, mandatory, fault }: ReceivedMessage, now: number): void {
    const { rules } = this.#endpoint;
    if (type >= 0 && !rules.endsOnUnknownMessage(mandatory)) {
      return this.trace("ignored", { what: `message type ${type}` });
    }
    const reason = type < 0 ? fault : undefined;
    this.#event("close", now, reason ?? rules.valueFault(`unknown message type ${type}`));
  }

  #judged(
    name: "sccrq" | "sccrp" | "scccn",
    message: ReceivedMessage,
    fault: Fault | undefined,
    now: number,
  ): void {
    const { rules } = this.#endpoint;
    const expected = { idle: "sccrq", wait_ctl_reply: "sccrp", wait_ctl_conn: "scccn" };
    if (this.state === "established" || expected[this.state] !== name) {
      const reason = rules.sequenceFault(this.state, message.name!);
      return this.#event(name, now, reason);
    }
    this.#event(fault === undefined ? name : `${name}_bad`, now, fault);
  }

  #judgeSccrq(message: ReceivedMessage): Fault | undefined {
    if (this.state !== "idle") return undefined;
    return this.#introduced(message);
  }

  #judgeSccrp(message: ReceivedMessage, from: Endpoint): Fault | undefined {
    if (this.state !== "wait_ctl_reply") return undefined;
    const { rules, config } = this.#endpoint;
    const remote = rules.remoteAfterSccrp(this.remote, from, config.follow);
    if (remote !== undefined) this.remote = remote;
    this.source = from;
    return this.#introduced(message) ?? this.#authentication.verify("SCCRP", message);
  }

  #judgeScccn(message: ReceivedMessage): Fault | undefined {
    if (this.state !== "wait_ctl_conn") return undefined;
    return message.fault ?? this.#authentication.verify("SCCCN", message);
  }

  /** Takes in how a peer presents itself in SCCRQ or SCCRP. */
  #introduced(message: ReceivedMessage): Fault | undefined {
    const { rules, config } = this.#endpoint;
    const { values, fault } = message;
    this.peerId = values.assignedTunnelId ?? 0;
    this.framing = values.framingCapabilities ?? 0;
    this.bearer = values.bearerCapabilities;
    const { protocolVersion, hostName } = values;
    // Whatever else is wrong with it: another version makes all the rest unreadable.
    if (protocolVersion !== undefined && !rules.acceptsProtocolVersion(protocolVersion)) {
      return rules.versionFault;
    }
    if (fault !== undefined) return fault;
    this.#delivery.setWindow(values.receiveWindowSize);
    if (!rules.acceptsHost(hostName!, config.refusedHosts)) return rules.hostFault;
    return this.#authentication.challenged(message);
  }

  #event(event: ControlEvent, now: number, fault: Fault = this.#fault): void {
    const { rules } = this.#endpoint;
    if (this.phase !== "open") return;
    const transition = rules.controlTransition(this.state, event);
    if (transition === undefined) return;
    const before = this.state;
    this.#fault = fault;
    this.state = transition.next;
    for (const action of transition.actions) this.#act(action, event, before, now);
  }

  #act(action: ControlAction, event: ControlEvent, before: ControlState, now: number): void {
    switch (action) {
      case "send_sccrq":
        return this.send("SCCRQ", 0, { ...this.#introduction(), tieBreaker: this.tieBreaker });
      case "send_sccrp": {
        const challengeResponse = this.#authentication.response("SCCRP");
        return this.send("SCCRP", 0, { ...this.#introduction(), challengeResponse });
      }
      case "send_scccn": {
        const challengeResponse = this.#authentication.response("SCCCN");
        return this.send("SCCCN", 0, { challengeResponse });
      }
      case "send_stop_ccn":
        return this.#sendStopCcn();
      case "tunnel_open":
        if (event !== "new_call") this.#established(now);
        return this.#endpoint.tunnelUp(this, now);
      case "requeue":
        return this.#endpoint.requeue(this, now);
      case "clean_up":
        return this.#cleanUp(event, before, now);
    }
  }

  #introduction(): Partial<AttributeValues> {
    const { config, rules } = this.#endpoint;
    const { hostName, vendorName, announceWindow, receiveWindow } = config;
    return {
      protocolVersion: rules.protocolVersion,
      hostName: new TextEncoder().encode(hostName),
      framingCapabilities: config.framingCapabilities,
      bearerCapabilities: config.bearerCapabilities,
      assignedTunnelId: this.localId,
      receiveWindowSize: announceWindow ? receiveWindow : undefined,
      challenge: this.#authentication.challenge,
      firmwareRevision: config.firmwareRevision,
      vendorName: vendorName === "" ? undefined : new TextEncoder().encode(vendorName),
    };
  }

  #sendStopCcn(): void {
    const { rules } = this.#endpoint;
    if (rules.sendsCdnWithStopCcn) this.sessions.disconnect(this.#fault);
    this.trace("stop_ccn", { direction: "sent", ...this.#fault });
    this.send("StopCCN", 0, {
      assignedTunnelId: rules.stopCcnTunnelId(this.localId),
      resultCode: resultCode(this.#fault),
    });
    this.phase = "closing";
  }

  #established(now: number): void {
    const { address, port } = this.remote;
    this.wasUp = true;
    this.#heard = now;
    const after = this.#helloAfter();
    if (after > 0) this.#endpoint.timers.set(this.#hello, now + after);
    const role = this.initiator ? "initiator" : "responder";
    this.trace("control_connection_up", { role, remote: address, port, own_port: this.port });
    this.#endpoint.established(this);
  }

  #helloAfter(): number {
    const { rules, config } = this.#endpoint;
    return rules.helloAfter(config.hello);
  }

  #silence(now: number): void {
    if (this.phase !== "open" || this.state !== "established") return;
    const after = this.#helloAfter();
    const due = this.#heard + after;
    if (due > now) return this.#endpoint.timers.set(this.#hello, due);
    // One that is on its way already will find out.
    if (this.#delivery.idle) this.hello();
    this.#endpoint.timers.set(this.#hello, now + after);
    this.pump(now);
  }

  #cleanUp(event: ControlEvent, before: ControlState, now: number): void {
    const { rules, timers } = this.#endpoint;
    timers.stop(this.#hello);
    if (rules.endsSessions) this.sessions.tunnelClosed(now);
    if (before === "established") this.trace("control_connection_down", { reason: event });
    if (event === "lose_tie" || before === "idle" && this.phase === "open") return this.#gone(now);
    if (this.phase === "open") this.#linger(now);
    this.#endpoint.tunnelDown(this, this.#fault, now);
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
      this.state = "idle";
      this.phase = "lingering";
      this.#endpoint.tunnelDown(this, { result: 0, message: "no answer" }, now);
    }
    this.#gone(now);
  }

  #linger(now: number): void {
    const { rules, config, timers } = this.#endpoint;
    this.phase = "lingering";
    this.#endpoint.lingers(this);
    timers.set(this.#release, now + rules.retention(config.retention));
  }

  #gone(now: number): void {
    const { timers } = this.#endpoint;
    this.phase = "gone";
    this.#delivery.stop();
    timers.stop(this.#hello);
    timers.stop(this.#release);
    this.#endpoint.forget(this, now);
  }

  #emit(name: string, sessionId: number, body: Uint8Array, ns: number, nr: number): void {
    const { rules } = this.#endpoint;
    const header = l2tp.encode({
      flags: rules.controlFlags(name),
      version: rules.headerVersion,
      length: l2tp.CONTROL_LENGTH + body.length,
      tunnelId: rules.headerTunnelId(this.peerId, this.localId),
      sessionId,
      ns,
      nr,
    });
    const octets = new Uint8Array(header.length + body.length);
    octets.set(header);
    octets.set(body, header.length);
    this.#endpoint.send(this.port, rules.leaving(octets, name), this.remote);
  }
}
