/**
 * What LAC and LNS have in common: their tunnels, and which of them a packet belongs to (RFC 2661 §3.1,
 * §4.4.3, §5.3, §8.1). Pure: see `Machine`.
 */
import * as l2tp from "../../captures/wire/l2tp.ts";
import type { AttributeName, AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { admit, stray } from "./admission.ts";
import type { CallMessage } from "./call_table.ts";
import type { AnswerConfig, CallConfig, L2tpConfig } from "./config.ts";
import type { Fault } from "./fault.ts";
import { carryOut } from "./instructions.ts";
import { PppSession } from "./ppp/ppp_session.ts";
import type { PppConfig } from "./ppp/config.ts";
import { Queue } from "../net/queue.ts";
import type { L2tpRules } from "./rules.ts";
import type { Session } from "./session.ts";
import { Timers } from "../net/timers.ts";
import { Tunnel } from "./tunnel.ts";
import type { TunnelPeer } from "./tunnel_peer.ts";
import { TunnelTable } from "./tunnel_table.ts";
import type { Hiding } from "./write_message.ts";

const { L2tpFlag } = l2tp;

/** A LAC or an LNS. */
export abstract class L2tpEndpoint implements Machine {
  abstract readonly role: "lac" | "lns";
  readonly timers = new Timers();
  readonly tunnels = new TunnelTable();
  readonly random: () => number;
  /** Octets of the shared secret. */
  readonly secret: Uint8Array | undefined;
  readonly hiding: Hiding;
  /** The administrator shuts this end down: nothing is begun any more. */
  shuttingDown = false;
  /** Control messages sent so far. */
  controlMessages = 0;
  readonly #environment: PeerEnvironment;
  readonly #out = new Queue<Transmission>();
  #started = false;
  #serial: number;
  #forwarded = 0;
  #heard = 0;

  constructor(
    readonly config: L2tpConfig,
    environment: PeerEnvironment,
    readonly rules: L2tpRules,
  ) {
    this.#environment = environment;
    this.random = () => environment.random();
    const { secret, hide, hidePadding: padding } = config;
    this.secret = secret === undefined ? undefined : new TextEncoder().encode(secret);
    const wanted = (name: AttributeName) =>
      hide === "all" || hide !== "none" && hide.includes(name);
    this.hiding = { secret: this.secret, wanted, padding, random: this.random };
    this.#serial = Math.floor(this.random() * 0x10000) * 0x10000;
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint): void {
    this.#begin(now);
    if (port === "lan") return this.#fromLan(packet);
    if (from === undefined || !this.rules.hears(packet, this.#heard++)) return;
    const { record: header, end: at, problem } = l2tp.decode(packet);
    // The version comes first: other versions have other headers.
    const version = packet.length > 1 ? packet[1] & 15 : -1;
    if (!this.rules.acceptsVersion(version)) return this.discard("version", from, { version });
    if (header === undefined) return this.discard(problem, from);
    if ((header.flags & L2tpFlag.type) === 0) return this.#data(header, packet, at, from, now);
    if (!this.rules.acceptsControlFlags(header.flags)) {
      return this.discard("control flags", from, { flags: header.flags });
    }
    const length = header.length ?? packet.length;
    if (!this.rules.acceptsLength(length, at, packet.length)) {
      return this.discard("length", from, { length, octets: packet.length });
    }
    const arrived = { header, port, packet, start: at, end: length, from };
    if (header.tunnelId === 0) return admit(this, arrived, now);
    const tunnel = this.tunnels.byId.get(header.tunnelId);
    if (tunnel === undefined) return stray(this, arrived);
    if (!tunnel.accepts(from)) return this.discard("source", from, { tunnelId: header.tunnelId });
    tunnel.control(header, packet, at, length, from, now);
  }

  transmit(now: number): Transmission | undefined {
    this.#begin(now);
    this.timers.run(now);
    return this.#out.shift();
  }

  deadline(): number {
    return !this.#started || this.#out.length > 0 ? 0 : this.timers.next();
  }

  /** Carries out what an administrator asks for: see `instructions.ts`. */
  instruct(instruction: unknown, now: number): void {
    this.#begin(now);
    carryOut(this, instruction, now);
  }

  /** Queues a packet. */
  send(port: string, packet: Uint8Array, to?: Endpoint): void {
    this.#out.push(to === undefined ? { port, packet } : { port, packet, to });
  }

  /** Writes a line of the trace. */
  trace(event: string, fields: Record<string, unknown>): void {
    this.#environment.trace(event, fields);
  }

  /** Writes down that a packet was thrown away. */
  discard(reason: string, from: Endpoint, fields: Record<string, unknown> = {}): void {
    this.trace("discarded", { reason, from: `${from.address} ${from.port}`, ...fields });
  }

  /** A new tunnel, in no table yet that peers look into. */
  newTunnel(initiator: boolean, peer: TunnelPeer): Tunnel {
    const { tunnels, rules } = this;
    const id = rules.assignsId(this.random, (taken) => tunnels.byId.has(taken));
    const tunnel = new Tunnel(this, id, initiator, peer);
    tunnels.byId.set(id, tunnel);
    return tunnel;
  }

  /** The tunnel to a peer of the configuration, made when there is none; undefined: no such peer. */
  tunnelTo(name: string | undefined, index: number): Tunnel | undefined {
    const { peers, wan } = this.config;
    const peer = name === undefined ? peers[0] : peers.find((p) => p.name === name);
    if (peer === undefined) return undefined;
    const key = `${peer.name}/${index}`;
    const known = this.tunnels.dialled.get(key);
    if (known?.phase === "open") return known;
    const attempt = this.tunnels.attempts.get(key) ?? 0;
    const places = [{ address: peer.address, port: peer.port }, ...peer.alternates];
    const remote = places[attempt % places.length];
    const tunnel = this.newTunnel(true, {
      port: peer.via ?? wan[0].port,
      remote: { address: remote.address, port: remote.port },
      source: remote,
    });
    tunnel.key = key;
    this.tunnels.dialled.set(key, tunnel);
    return tunnel;
  }

  /** A call waits for its tunnel. */
  needsTunnel(tunnel: Tunnel, now: number): void {
    if (tunnel.phase === "open" && tunnel.state === "idle") tunnel.open(now);
    else if (tunnel.state === "established") tunnel.newCall(now);
  }

  /** The tunnel is open: calls that wait for it go on. */
  tunnelUp(tunnel: Tunnel, now: number): void {
    tunnel.sessions.opened(now);
  }

  /** The tunnel counts no longer among the half-open ones. */
  established(tunnel: Tunnel): void {
    this.tunnels.halfOpen.delete(tunnel);
    if (tunnel.initiator) this.tunnels.attempts.delete(tunnel.key);
  }

  /** The tunnel lost a tie: its calls go into the winner's. */
  requeue(tunnel: Tunnel): void {
    this.tunnels.orphans.push(...tunnel.sessions.all().map(({ call }) => call));
    this.trace("tie_lost", { tunnel: tunnel.localId });
  }

  /** A tunnel that closed; a redirection is followed at the next attempt. */
  tunnelDown(tunnel: Tunnel, fault: Fault): void {
    const elsewhere = fault.result === 0 || fault.error === 7 || fault.error === 9;
    if (!tunnel.initiator || !elsewhere) return;
    const attempt = this.tunnels.attempts.get(tunnel.key) ?? 0;
    this.tunnels.attempts.set(tunnel.key, attempt + 1);
  }

  /** A closed tunnel is found by its own identifier only. */
  lingers(tunnel: Tunnel): void {
    this.tunnels.unlist(tunnel);
  }

  /** Nothing is left of the tunnel. */
  forget(tunnel: Tunnel): void {
    this.tunnels.unlist(tunnel);
    this.tunnels.byId.delete(tunnel.localId);
    this.tunnels.halfOpen.delete(tunnel);
  }

  /** The next serial number of a call. */
  nextSerial(): number {
    return this.rules.serialNumber(this.#serial++);
  }

  /** The end of a PPP link for a session. */
  linkFor(session: Session): PppSession {
    return new PppSession(this.pppConfig(session), {
      timers: this.timers,
      random: this.random,
      hostName: this.config.hostName,
      send: (header, information, keepalive) => session.sendFrame(header, information, keepalive),
      datagram: (packet) => this.#toLan(packet),
      passwordOf: (name) => this.passwordOf(name),
      addressFor: (user, requested) => this.addressFor(session, user, requested),
      linkUp: (accm, now) => this.linkUp(session, accm, now),
      networkUp: (family, local, remote, now) => {
        const user = session.ppp?.user === "" ? {} : { user: session.ppp?.user };
        session.trace("ppp_up", { family, local, remote, ...user });
        this.networkUp(session, family, local, remote, now);
      },
      networkDown: (family, now) => {
        session.trace("ppp_down", { family });
        this.networkDown(session, family, now);
      },
      ended: (reason, now) => {
        session.trace("ppp_ended", { reason });
        // A LAC sees its client go; an LNS ends the call for a reason of its own.
        session.close({ result: this.role === "lac" ? 1 : 3 }, now);
      },
    });
  }

  /** Begins to work once: the first packet or the first look at the clock. */
  protected abstract start(now: number): void;
  /** Which session a datagram from the LAN goes into. */
  protected abstract route(packet: Uint8Array): Session | undefined;
  protected abstract pppConfig(session: Session): PppConfig;
  protected abstract passwordOf(name: string): string | undefined;
  protected abstract addressFor(
    session: Session,
    user: string,
    requested: string,
  ): string | undefined;
  protected abstract linkUp(session: Session, accm: number, now: number): void;
  protected abstract networkUp(
    session: Session,
    family: 4 | 6,
    local: string,
    remote: string,
    now: number,
  ): void;
  protected abstract networkDown(session: Session, family: 4 | 6, now: number): void;
  /** What the AVPs of a call's messages hold. */
  abstract callValues(session: Session, name: Uppercase<CallMessage>): Partial<AttributeValues>;
  /** What becomes of a call that the peer asks for; undefined for one that cannot be placed. */
  abstract answerTo(session: Session): AnswerConfig | undefined;
  /** What is known of that call. */
  abstract callFor(session: Session): CallConfig;
  /** Opens PPP for a session that is established. */
  abstract startLink(session: Session, link: PppSession, now: number): void;
  /** A session is over. */
  abstract callEnded(session: Session, fault: Fault, now: number): void;
  /** Makes a call of the configuration, or one that is told here. */
  abstract dial(told: Record<string, unknown>, now: number): void;

  #begin(now: number): void {
    if (this.#started) return;
    this.#started = true;
    this.start(now);
  }

  #fromLan(packet: Uint8Array): void {
    const session = this.route(packet);
    if (session?.ppp === undefined) return this.trace("unroutable", { octets: packet.length });
    if (!this.rules.forwards("to_session", this.#forwarded++)) return;
    const problem = session.ppp.datagram(packet);
    if (problem !== undefined) session.trace("datagram_dropped", { reason: problem });
  }

  #toLan(packet: Uint8Array): void {
    if (this.rules.forwards("to_lan", this.#forwarded++)) this.send("lan", packet);
  }

  #data(header: l2tp.L2tp, packet: Uint8Array, at: number, from: Endpoint, now: number): void {
    const length = header.length ?? packet.length;
    if (!this.rules.acceptsLength(length, at, packet.length)) {
      return this.discard("length", from, { length, octets: packet.length });
    }
    const tunnel = this.tunnels.byId.get(header.tunnelId);
    if (tunnel === undefined) {
      return this.discard("no tunnel", from, { tunnelId: header.tunnelId });
    }
    if (!tunnel.accepts(from)) return this.discard("source", from, { tunnelId: header.tunnelId });
    if (!this.rules.acceptsDataFlags(header.flags) || !this.rules.acceptsDataNr(header.nr)) return;
    const pad = this.rules.skipsOffset ? 0 : header.offsetPad?.length ?? 0;
    tunnel.data(header, packet, at - pad, length, from, now);
  }
}
