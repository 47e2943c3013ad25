/**
 * The reference L2TP Access Concentrator, with the PPP client in the same box ("LAC client", RFC 2661
 * §1.2): datagrams that arrive on the `lan` port go into the call of their source. Pure: see `Machine`.
 */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { PeerEnvironment } from "../machine.ts";
import type { ActiveCall } from "./call_policy.ts";
import type { CallMessage } from "./call_table.ts";
import {
  type AnswerConfig,
  type CallConfig,
  callOf,
  type LacConfig,
  lacConfigSchema,
  parseConfig,
} from "./config.ts";
import { L2tpEndpoint } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import { carryOut } from "./instructions.ts";
import type { PppConfig } from "./ppp/config.ts";
import type { PppSession } from "./ppp/ppp_session.ts";
import { type Negotiated, negotiateProxy, proxyValues } from "./proxy.ts";
import { addressesOf } from "../net/ip_addresses.ts";
import { PrefixTable } from "../net/prefix_table.ts";
import { type L2tpRules, LAC_RULES } from "./rules.ts";
import { Session } from "./session.ts";
import { Timer } from "../net/timers.ts";
import type { Tunnel } from "./tunnel.ts";

const UNKNOWN = "0.0.0.0";

/** The reference LAC. */
export class LacMachine extends L2tpEndpoint {
  readonly lac: LacConfig;
  readonly #routes = new PrefixTable<ActiveCall>();
  /** Sessions by the name of their call. */
  readonly #calls = new Map<string, ActiveCall>();
  readonly #proxies = new Map<ActiveCall, Negotiated>();
  readonly #redials = new Map<string, Timer>();
  readonly #configured: Map<string, CallConfig>;
  /** Calls of the configuration that are made at once and are not up yet. */
  readonly #missing: Set<string>;
  /** Calls whose row in the table of source 004 is not complete yet, by their tunnel. */
  readonly #rows = new WeakMap<Tunnel, string[]>();

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, rules: Partial<L2tpRules> = {}) {
    const all = { ...LAC_RULES, ...rules };
    const parsed = all.configured(parseConfig(lacConfigSchema, "a LAC", config));
    super("lac", parsed, environment, all);
    this.lac = parsed;
    this.#configured = new Map(parsed.calls.map((call) => [call.name, call]));
    const atOnce = parsed.calls.filter(({ autodial }) => autodial);
    this.#missing = new Set(atOnce.map(({ name }) => name));
  }

  /** Carries out what an administrator asks for: see `instructions.ts`. */
  instruct(instruction: unknown, now: number): void {
    this.begin(now);
    carryOut(this, instruction, now);
  }

  /** Makes a call: one of the configuration by its name, with what `overrides` replace of it. */
  dial(overrides: Partial<CallConfig>, now: number, within?: Tunnel): void {
    const known = this.#configured.get(String(overrides.name));
    // Checked already when it is one of the configuration, unaltered.
    const call = known !== undefined && Object.keys(overrides).length === 1
      ? known
      : callOf({ ...known, ...overrides }, String(overrides.name ?? "call"));
    if (this.#calls.has(call.name)) return;
    const tunnel = within ?? this.tunnelTo(call.peer, call.tunnel);
    if (tunnel === undefined) {
      return this.context.trace("call_failed", { call: call.name, reason: "no such peer" });
    }
    const session = new Session(tunnel, this.context, this, "incoming", call);
    session.serial = this.context.nextSerial();
    tunnel.sessions.add(session);
    this.#calls.set(call.name, session);
    const waiting = this.#rows.get(tunnel);
    if (waiting === undefined) this.#rows.set(tunnel, [call.name]);
    else waiting.push(call.name);
    session.ring(now);
    tunnel.pump(now);
  }

  /** A tunnel is open: the rows of the calls that wait for it are complete (source 004, Table 2). */
  override tunnelUp(tunnel: Tunnel, now: number): void {
    const { localId, peerId, remote: { address, port } } = tunnel;
    for (const client of this.#rows.get(tunnel)?.splice(0) ?? []) {
      this.context.trace("initiator_row", {
        ...{ client, tunnel: localId, far_address: address, far_port: port, far_tunnel: peerId },
      });
    }
    super.tunnelUp(tunnel, now);
  }

  callValues(session: ActiveCall, name: Uppercase<CallMessage>): Partial<AttributeValues> {
    const call = session.call ?? callOf({}, "call");
    switch (name) {
      case "ICRQ":
        return {
          assignedSessionId: session.localId,
          callSerialNumber: session.serial,
          bearerType: call.bearerType,
          physicalChannelId: call.physicalChannelId,
          callingNumber: optional(call.callingNumber),
          calledNumber: optional(call.calledNumber),
          subAddress: optional(call.subAddress),
        };
      case "OCRP":
        return {
          assignedSessionId: session.localId,
          physicalChannelId: call.physicalChannelId,
        };
      case "ICCN":
      case "OCCN":
        return {
          txConnectSpeed: call.txConnectSpeed,
          framingType: call.framingType,
          rxConnectSpeed: call.rxConnectSpeed,
          sequencingRequired: call.sequencingRequired ? true : undefined,
          ...(name === "ICCN" ? this.#onlyIncoming(session, call) : {}),
        };
      default:
        return {};
    }
  }

  answerTo(session: ActiveCall): AnswerConfig | undefined {
    const number = new TextDecoder().decode(session.heard.calledNumber);
    return this.lac.answers.find((answer) =>
      answer.number === undefined || answer.number === number
    );
  }

  callFor(session: ActiveCall): CallConfig {
    const number = new TextDecoder().decode(session.heard.calledNumber);
    const overrides = { framingType: session.heard.framingType, ...session.answer?.call };
    const call = callOf(overrides, session.answer?.call.name ?? `outgoing ${number}`);
    this.#calls.set(call.name, session);
    return call;
  }

  startLink(session: ActiveCall, link: PppSession, now: number): void {
    const negotiated = this.#proxies.get(session);
    this.#proxies.delete(session);
    // The client has spoken with this LAC before, and waits for the LNS to go on.
    if (negotiated !== undefined && link.adopt(negotiated.client, now)) return;
    link.open(now);
  }

  callEnded(session: ActiveCall, fault: Fault, now: number): void {
    const { call } = session;
    this.#proxies.delete(session);
    if (call === undefined || this.#calls.get(call.name) !== session) return;
    this.#calls.delete(call.name);
    this.context.trace("call_ended", { call: call.name, ...fault });
    if (this.lac.redial === 0 || this.shuttingDown || session.direction === "outgoing") return;
    const timer = this.#redials.get(call.name) ??
      new Timer((at) => this.dial({ name: call.name }, at));
    this.#redials.set(call.name, timer);
    this.context.timers.set(timer, now + this.lac.redial);
  }

  protected start(now: number): void {
    for (const { name, autodial } of this.lac.calls) if (autodial) this.dial({ name }, now);
  }

  protected route(packet: Uint8Array): ActiveCall | undefined {
    const addresses = addressesOf(packet);
    if (addresses === undefined) return undefined;
    const found = this.#routes.find(addresses.source);
    if (found !== undefined || this.#calls.size !== 1) return found;
    // A call that names no clients carries everything while it is the only one.
    const [only] = this.#calls.values();
    return only.call?.clients.length === 0 ? only : undefined;
  }

  pppConfig(session: ActiveCall): PppConfig {
    const { ppp } = session.call ?? callOf({}, "call");
    const given = Object.entries(ppp).filter(([, value]) => value !== undefined);
    return { ...this.context.config.ppp, ...Object.fromEntries(given) };
  }

  passwordOf(): undefined {
    return undefined;
  }

  addressFor(_session: ActiveCall, _user: string, requested: string): string | undefined {
    return requested === UNKNOWN ? undefined : requested;
  }

  linkUp(): void {}

  networkUp(session: ActiveCall, family: 4 | 6, local: string): void {
    const { call } = session;
    if (call === undefined) return;
    for (const client of call.clients) {
      if (client.includes(":") === (family === 6)) this.#routes.add(client, session);
    }
    if (family === 4 && local !== UNKNOWN) this.#routes.add(local, session);
    if (!this.#missing.delete(call.name) || this.#missing.size > 0) return;
    this.context.trace("established", { calls: this.#configured.size });
  }

  networkDown(session: ActiveCall, family: 4 | 6): void {
    for (const client of session.call?.clients ?? []) {
      if (client.includes(":") === (family === 6)) this.#routes.remove(client, session);
    }
    const local = session.ppp?.ipcp.local ?? UNKNOWN;
    if (family === 4 && local !== UNKNOWN) this.#routes.remove(local, session);
  }

  #onlyIncoming(session: ActiveCall, call: CallConfig): Partial<AttributeValues> {
    const privateGroupId = optional(call.privateGroupId);
    if (call.proxy === "none") return { privateGroupId };
    const negotiated = negotiateProxy(call.proxy, this.pppConfig(session), this.context.random);
    this.#proxies.set(session, negotiated);
    return { privateGroupId, ...proxyValues(negotiated, this.context.rules.proxyAuthenIdReserved) };
  }
}

/** Octets of a text, or nothing for none. */
function optional(text: string | undefined): Uint8Array | undefined {
  return text === undefined || text === "" ? undefined : new TextEncoder().encode(text);
}
