/**
 * What LAC and LNS have in common: their tunnels, and which of them a packet belongs to (RFC 2661 §3.1,
 * §4.4.3, §5.3, §8.1). Pure: see `Machine`.
 */
import * as l2tp from "../../captures/wire/l2tp.ts";
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import type { ActiveCall, CallPolicy } from "./call_policy.ts";
import type { CallMessage } from "./call_table.ts";
import type { AnswerConfig, CallConfig, L2tpConfig } from "./config.ts";
import { L2tpContext } from "./context.ts";
import type { Fault } from "./fault.ts";
import { handleTunnelZero, handleUnknownTunnel, type TunnelRegistry } from "./incoming_sccrq.ts";
import type { PppSession } from "./ppp/ppp_session.ts";
import type { PppConfig } from "./ppp/config.ts";
import type { L2tpRules } from "./rules.ts";
import { Tunnel, type TunnelOwner } from "./tunnel.ts";
import type { TunnelPeer } from "./tunnel_peer.ts";
import { TunnelTable } from "./tunnel_table.ts";

const { L2tpFlag } = l2tp;

/** A LAC or an LNS. */
export abstract class L2tpEndpoint implements Machine, CallPolicy, TunnelOwner, TunnelRegistry {
  readonly context: L2tpContext;
  readonly tunnels = new TunnelTable();
  shuttingDown = false;
  #started = false;
  #received = 0;

  constructor(
    role: "lac" | "lns",
    config: L2tpConfig,
    environment: PeerEnvironment,
    rules: L2tpRules,
  ) {
    this.context = new L2tpContext(role, config, rules, environment);
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint): void {
    this.begin(now);
    if (port === "lan") return this.#fromLan(packet);
    const { context } = this, { rules } = context;
    if (from === undefined || !rules.hears(packet, this.#received++)) return;
    const { record: header, end: at, problem } = l2tp.decode(packet);
    // The version comes first: other versions have other headers.
    const version = packet.length > 1 ? packet[1] & 15 : -1;
    if (!rules.acceptsVersion(version)) return context.discard("version", from, { version });
    if (header === undefined) return context.discard(problem, from);
    if ((header.flags & L2tpFlag.type) === 0) return this.#data(header, packet, at, from, now);
    if (!rules.acceptsControlFlags(header.flags)) {
      return context.discard("control flags", from, { flags: header.flags });
    }
    const length = header.length ?? packet.length;
    if (!rules.acceptsLength(length, at, packet.length)) {
      return context.discard("length", from, { length, octets: packet.length });
    }
    const { tunnelId } = header;
    const arrived = { header, port, packet, start: at, end: length, from };
    if (tunnelId === 0) return handleTunnelZero(this, arrived, now);
    const tunnel = this.tunnels.byId.get(tunnelId);
    if (tunnel === undefined) return handleUnknownTunnel(context, this.tunnels, arrived);
    if (!tunnel.accepts(from)) return context.discard("source", from, { tunnelId });
    tunnel.control(header, packet, at, length, from, now);
  }

  transmit(now: number): Transmission | undefined {
    this.begin(now);
    this.context.timers.run(now);
    return this.context.nextTransmission();
  }

  deadline(): number {
    return !this.#started || this.context.hasOutput ? 0 : this.context.timers.next();
  }

  /** A new tunnel, in no table yet that peers look into. */
  newTunnel(initiator: boolean, peer: TunnelPeer): Tunnel {
    const { context, tunnels } = this;
    const id = context.rules.assignsId(context.random, (taken) => tunnels.byId.has(taken));
    const tunnel = new Tunnel(context, this, this, id, initiator, peer);
    tunnels.byId.set(id, tunnel);
    return tunnel;
  }

  /** The tunnel to a peer of the configuration, made when there is none; undefined: no such peer. */
  tunnelTo(name: string | undefined, index: number): Tunnel | undefined {
    const { peers, wan } = this.context.config;
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

  tunnelUp(tunnel: Tunnel, now: number): void {
    tunnel.sessions.opened(now);
  }

  established(tunnel: Tunnel): void {
    this.tunnels.halfOpen.delete(tunnel);
    if (tunnel.initiator) this.tunnels.attempts.delete(tunnel.key);
  }

  requeue(tunnel: Tunnel): void {
    this.tunnels.orphans.push(...tunnel.sessions.all().map(({ call }) => call));
    this.context.trace("tie_lost", { tunnel: tunnel.localId });
  }

  /** A tunnel that closed; a redirection is followed at the next attempt. */
  tunnelDown(tunnel: Tunnel, fault: Fault): void {
    const elsewhere = fault.result === 0 || fault.error === 7 || fault.error === 9;
    if (!tunnel.initiator || !elsewhere) return;
    const attempt = this.tunnels.attempts.get(tunnel.key) ?? 0;
    this.tunnels.attempts.set(tunnel.key, attempt + 1);
  }

  lingers(tunnel: Tunnel): void {
    this.tunnels.unlist(tunnel);
  }

  forget(tunnel: Tunnel): void {
    this.tunnels.unlist(tunnel);
    this.tunnels.byId.delete(tunnel.localId);
    this.tunnels.halfOpen.delete(tunnel);
  }

  /** Begins to work once: the first packet, instruction, or look at the clock. */
  protected begin(now: number): void {
    if (this.#started) return;
    this.#started = true;
    this.start(now);
  }

  /** Carries out what an administrator asks for. */
  abstract instruct(instruction: unknown, now: number): void;
  /** What is done first of all. */
  protected abstract start(now: number): void;
  /** Which session a datagram from the LAN goes into. */
  protected abstract route(packet: Uint8Array): ActiveCall | undefined;
  /** Makes a call of the configuration or of `overrides`, in the tunnel `within` if it is given. */
  abstract dial(overrides: Record<string, unknown>, now: number, within?: Tunnel): void;

  abstract callValues(call: ActiveCall, name: Uppercase<CallMessage>): Partial<AttributeValues>;
  abstract answerTo(call: ActiveCall): AnswerConfig | undefined;
  abstract callFor(call: ActiveCall): CallConfig;
  abstract startLink(call: ActiveCall, link: PppSession, now: number): void;
  abstract callEnded(call: ActiveCall, fault: Fault, now: number): void;
  abstract pppConfig(call: ActiveCall): PppConfig;
  abstract passwordOf(name: string): string | undefined;
  abstract addressFor(call: ActiveCall, user: string, requested: string): string | undefined;
  abstract linkUp(call: ActiveCall, accm: number, now: number): void;
  abstract networkUp(
    call: ActiveCall,
    family: 4 | 6,
    local: string,
    remote: string,
    now: number,
  ): void;
  abstract networkDown(call: ActiveCall, family: 4 | 6, now: number): void;

  #fromLan(packet: Uint8Array): void {
    const call = this.route(packet);
    if (call?.ppp === undefined) {
      return this.context.trace("unroutable", { octets: packet.length });
    }
    if (!this.context.forwards("to_session")) return;
    const problem = call.ppp.datagram(packet);
    if (problem !== undefined) call.trace("datagram_dropped", { reason: problem });
  }

  #data(header: l2tp.L2tp, packet: Uint8Array, at: number, from: Endpoint, now: number): void {
    const { context } = this, { rules } = context, { tunnelId } = header;
    const length = header.length ?? packet.length;
    if (!rules.acceptsLength(length, at, packet.length)) {
      return context.discard("length", from, { length, octets: packet.length });
    }
    const tunnel = this.tunnels.byId.get(tunnelId);
    if (tunnel === undefined) return context.discard("no tunnel", from, { tunnelId });
    if (!tunnel.accepts(from)) return context.discard("source", from, { tunnelId });
    if (!rules.acceptsDataFlags(header.flags) || !rules.acceptsDataNr(header.nr)) return;
    const pad = rules.skipsOffset ? 0 : header.offsetPad?.length ?? 0;
    tunnel.data(header, packet, at - pad, length, from, now);
  }
}
