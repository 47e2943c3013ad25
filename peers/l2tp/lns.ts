/**
 * The reference L2TP Network Server: the end where PPP links terminate, and from which datagrams go on
 * into the network behind the `lan` port. Pure: see `Machine`.
 */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { PeerEnvironment } from "../machine.ts";
import { AddressPool } from "./address_pool.ts";
import type { ActiveCall } from "./call_policy.ts";
import type { CallMessage } from "./call_table.ts";
import { type CallConfig, callOf, type LnsConfig, lnsConfigSchema, parseConfig } from "./config.ts";
import { L2tpEndpoint } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import { carryOut } from "./instructions.ts";
import type { PppConfig } from "./ppp/config.ts";
import type { PppSession } from "./ppp/ppp_session.ts";
import { proxiedLink } from "./proxy.ts";
import { whyNotRequested } from "./request.ts";
import { addressesOf } from "../net/ip_addresses.ts";
import { PrefixTable } from "../net/prefix_table.ts";
import { type L2tpRules, LNS_RULES } from "./rules.ts";
import { Session } from "./session.ts";
import type { Tunnel } from "./tunnel.ts";

const UNKNOWN = "0.0.0.0";

/** The reference LNS. */
export class LnsMachine extends L2tpEndpoint {
  readonly lns: LnsConfig;
  readonly #routes = new PrefixTable<ActiveCall>();
  readonly #pool: AddressPool;
  readonly #users: Map<string, LnsConfig["users"][number]>;
  /** What each session was given. */
  readonly #given = new Map<ActiveCall, string>();
  readonly #bySession = new Map<ActiveCall, string[]>();

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, rules: Partial<L2tpRules> = {}) {
    const all = { ...LNS_RULES, ...rules };
    const parsed = all.configured(parseConfig(lnsConfigSchema, "an LNS", config));
    super("lns", parsed, environment, all);
    this.lns = parsed;
    this.#pool = new AddressPool(parsed.pool);
    this.#users = new Map(parsed.users.map((user) => [user.name, user]));
  }

  /** Carries out what an administrator asks for: see `instructions.ts`. */
  instruct(instruction: unknown, now: number): void {
    this.begin(now);
    carryOut(this, instruction, now);
  }

  /** Asks a LAC for a call of these values: `peer`, or one that a tunnel leads to. */
  dial(overrides: Partial<CallConfig>, now: number, within?: Tunnel): void {
    const call = callOf(overrides, String(overrides.name ?? "outgoing"));
    const tunnel = within ?? this.#tunnelFor(call);
    if (tunnel === undefined) {
      return this.context.trace("call_failed", { call: call.name, reason: "no tunnel" });
    }
    const session = new Session(tunnel, this.context, this, "outgoing", call);
    session.serial = this.context.nextSerial();
    tunnel.sessions.add(session);
    session.ring(now);
    tunnel.pump(now);
  }

  callValues(session: ActiveCall, name: Uppercase<CallMessage>): Partial<AttributeValues> {
    if (name === "ICRP") return { assignedSessionId: session.localId };
    const { call } = session;
    if (name !== "OCRQ" || call === undefined) return {};
    const text = (value: string) => new TextEncoder().encode(value);
    return {
      assignedSessionId: session.localId,
      callSerialNumber: session.serial,
      minimumBps: 0,
      maximumBps: call.txConnectSpeed,
      bearerType: call.bearerType,
      framingType: call.framingType,
      calledNumber: text(call.calledNumber),
      subAddress: call.subAddress === undefined ? undefined : text(call.subAddress),
    };
  }

  answerTo(): undefined {
    return undefined;
  }

  callFor(session: ActiveCall): CallConfig {
    return session.call ?? callOf({}, "incoming");
  }

  startLink(session: ActiveCall, link: PppSession, now: number): void {
    const { honoursProxy, verifiesProxy } = this.context.rules;
    const { authentication } = this.context.config.ppp;
    const passwordOf = (name: string) => this.passwordOf(name);
    const proxied = honoursProxy(this.lns.trustProxy)
      ? proxiedLink(session.heard, authentication, passwordOf, verifiesProxy)
      : undefined;
    if (proxied !== undefined && link.adopt(proxied, now)) {
      return session.trace("proxy_honoured", { user: link.user });
    }
    // A client that has spoken with its LAC waits for this end.
    link.open(now, session.heard.lastSentLcpConfreq === undefined);
  }

  callEnded(session: ActiveCall, _fault: Fault, _now: number): void {
    this.#release(session);
  }

  protected start(): void {}

  protected route(packet: Uint8Array): ActiveCall | undefined {
    const addresses = addressesOf(packet);
    return addresses === undefined ? undefined : this.#routes.find(addresses.destination);
  }

  pppConfig(): PppConfig {
    return this.context.config.ppp;
  }

  passwordOf(name: string): string | undefined {
    return this.#users.get(name)?.password;
  }

  addressFor(session: ActiveCall, user: string, requested: string): string | undefined {
    const fixed = this.#users.get(user)?.address;
    if (fixed !== undefined) return fixed;
    const given = this.#given.get(session);
    const ownAddress = this.context.config.ppp.address;
    const free = requested !== UNKNOWN && requested !== ownAddress && !this.#routes.has(requested);
    if (this.lns.acceptAddress && free) return requested;
    if (given !== undefined) return given;
    const address = this.#pool.take();
    if (address !== undefined) this.#given.set(session, address);
    return address;
  }

  linkUp(session: ActiveCall, accm: number): void {
    if (this.lns.setLinkInfo) session.sendSli(accm, 0xffffffff);
  }

  networkUp(session: ActiveCall, family: 4 | 6, _local: string, remote: string): void {
    const routes = this.#users.get(session.ppp?.user ?? "")?.routes ?? [];
    const mine = routes.filter((route) => route.includes(":") === (family === 6));
    if (family === 4 && remote !== UNKNOWN) mine.push(remote);
    for (const route of mine) this.#routes.add(route, session);
    this.#bySession.set(session, [...(this.#bySession.get(session) ?? []), ...mine]);
  }

  networkDown(session: ActiveCall, family: 4 | 6): void {
    const routes = this.#bySession.get(session) ?? [];
    const of = (route: string) => route.includes(":") === (family === 6);
    for (const route of routes.filter(of)) this.#routes.remove(route, session);
    this.#bySession.set(session, routes.filter((route) => !of(route)));
  }

  #release(session: ActiveCall): void {
    for (const route of this.#bySession.get(session) ?? []) this.#routes.remove(route, session);
    this.#bySession.delete(session);
    const given = this.#given.get(session);
    if (given !== undefined) this.#pool.release(given);
    this.#given.delete(session);
  }

  /** A tunnel to a LAC that can place the call: one that it began, or one of this end's own. */
  #tunnelFor(call: CallConfig): Tunnel | undefined {
    const peer = this.context.config.peers.find(({ name }) => name === call.peer);
    for (const tunnel of this.tunnels.byId.values()) {
      const fits = peer === undefined || tunnel.remote.address === peer.address;
      const open = tunnel.state === "established" && tunnel.phase === "open";
      const may = whyNotRequested("outgoing", call, tunnel, this.context.rules) === undefined;
      if (open && fits && may) return tunnel;
    }
    return this.tunnelTo(call.peer, call.tunnel);
  }
}
