/**
 * The receiver's choice of a core: by the identity that the sender named (step 708), by the stored
 * pair of session-ID and core (step 908), or for the first packet of a session by its own policy.
 */
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import { IdentityKind } from "../../captures/wire/core_identity.ts";
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";
import type { PeerEnvironment } from "../machine.ts";
import { type NodeConfig, reportsCores } from "./config.ts";
import { type Core, physicalCores } from "./processor_information.ts";
import type { Arrival, NodeRules } from "./rules.ts";
import { type Seal } from "./seal.ts";
import { type Classification, classify } from "./session.ts";
import { directionOf, unreadable } from "./protection.ts";

/** A session that was bound to a core. */
interface Binding {
  core: number;
  sessionId: bigint;
  used: number;
}

/** Chooses cores for the packets of all peers of a node. */
export class Receiver {
  readonly #config: NodeConfig;
  readonly #rules: NodeRules;
  readonly #environment: PeerEnvironment;
  readonly #seal: Seal | undefined;
  readonly #data = new CoreIdentityDataView();
  /** By peer and session. */
  readonly #bindings = new Map<string, Binding>();
  /** By peer: the identity that was given for its whole aggregated tunnel. */
  readonly #aggregates = new Map<string, bigint>();
  /** Cores that exist, by index. */
  readonly cores: readonly Core[];
  #offline: number[];
  #load: (core: number) => number;
  readonly #report: (peer: string, session: Classification, core: number, now: number) => void;
  #selections = 0;
  #version: number;

  constructor(
    config: NodeConfig,
    rules: NodeRules,
    environment: PeerEnvironment,
    seal: Seal | undefined,
    load: (core: number) => number,
    report: (peer: string, session: Classification, core: number, now: number) => void,
  ) {
    this.#report = report;
    this.#config = config;
    this.#rules = rules;
    this.#environment = environment;
    this.#seal = seal;
    this.#load = load;
    this.#version = rules.firstVersion;
    this.#offline = [...config.offline];
    const cores: Core[] = [];
    config.processors.forEach((unit, u) => {
      for (let within = 0; within < unit.cores; within++) {
        const index = cores.length;
        const name = config.identityNames?.[index];
        const identity = rules.identityOfCore({ index, unit: u, within }, name);
        cores.push({ index, identity });
      }
    });
    this.cores = cores;
  }

  /** Cores that are offered at this moment. */
  offered(): Core[] {
    return this.#rules.availableCores(this.cores, this.#offline);
  }

  /** The processor information for the peers. */
  information(): ProcessorInformation {
    const offered = this.offered();
    const positions = (indices: readonly number[]) =>
      indices.map((index) => offered.findIndex((core) => core.index === index))
        .filter((position) => position >= 0);
    let first = 0;
    const units = this.#config.processors.map((unit) => {
      const within = offered.filter((c) => c.index >= first && c.index < first + unit.cores);
      first += unit.cores;
      return within.length;
    });
    return this.#rules.told({
      version: this.#version,
      units,
      identities: offered.map((core) => core.identity),
      excluded: positions(this.#config.excluded),
      preferred: positions(this.#config.preferred),
      reserved: this.#config.reserved.map((r) => ({ ...r, cores: positions(r.cores) })),
      loads: this.#config.selection === "least_load"
        ? offered.map((core) => this.#load(core.index))
        : [],
    });
  }

  /** The identity of the core that the whole aggregated tunnel of a peer goes to ([0055]). */
  aggregateIdentity(peer: string): bigint {
    let identity = this.#aggregates.get(peer);
    if (identity === undefined) {
      const index = this.#select(`aggregate of ${peer}`);
      identity = this.cores.find((core) => core.index === index)?.identity ?? 0n;
      this.#aggregates.set(peer, identity);
    }
    return identity;
  }

  /** Takes cores off line or brings them back. */
  setOffline(offline: readonly number[]) {
    this.#offline = offline.filter((core) => core >= 0 && core < physicalCores(this.#config));
    this.#version++;
    this.#environment.trace("cores_changed", { offered: this.offered().length });
  }

  /** Notes that the processor information changed, such as the loads. */
  touch() {
    this.#version++;
  }

  /**
   * The core that processes this packet, or undefined when the packet cannot be one.
   * @param peer names its sender.
   */
  core(packet: Uint8Array, port: string, peer: string, now: number): number | undefined {
    const data = this.#data;
    if (!data.at(packet)) {
      this.#environment.trace("malformed", { port, problem: unreadable(packet) });
      return undefined;
    }
    const arrival = { port, tunnelId: data.tunnelId };
    const core = data.kind === IdentityKind.core
      ? this.#named(data, arrival, peer, now)
      : data.kind === IdentityKind.session
      ? this.#bound(data.identity, peer, now)
      : this.#bySession(data, peer, now);
    return this.#rules.coreUsed(core, arrival, this.cores.length);
  }

  /**
   * Step 810: the core of a datagram that was decrypted, by the session that it belongs to; undefined
   * when it is not taken in.
   * @param packet holds the whole datagram in clear, and names no identity.
   */
  coreOfDatagram(packet: Uint8Array, port: string, peer: string, now: number): number | undefined {
    const data = this.#data, rules = this.#rules;
    if (!data.at(packet)) return undefined;
    const { tunnelId, datagramNumber } = data;
    const key = rules.sessionKey(classify(data.piece), this.#config.criteria, datagramNumber);
    const session = `${peer} ${rules.sessionIdentifier(key, tunnelId)}`;
    if (!this.#bindings.has(session) && !rules.takesNewSession(this.#bindings.size)) {
      return undefined;
    }
    const core = this.#lookup(session, 0n, now);
    return rules.coreUsed(core, { port, tunnelId }, this.cores.length);
  }

  /** Pairs of session-ID and core that packets may be steered by without asking. */
  *bindings(): Iterable<{ value: bigint; core: number }> {
    for (const { sessionId, core } of this.#bindings.values()) yield { value: sessionId, core };
  }

  /** Grows whenever `bindings` or the offered cores changed. */
  get changes(): number {
    return this.#selections + this.#version;
  }

  #named(data: CoreIdentityDataView, arrival: Arrival, peer: string, now: number): number {
    let { identity } = data;
    if (this.#config.identityEncrypted && this.#seal !== undefined) {
      const direction = directionOf(!this.#config.initiate);
      identity ^= this.#seal.mask(direction, data.tunnelId, data.tunnelSequence);
    }
    const core = this.#rules.coreOfIdentity(identity, this.offered());
    if (core !== undefined) {
      if (!reportsCores(this.#config)) return core;
      return this.#rules.coreOfTagged(core, this.#storedFor(data, peer));
    }
    // Nobody's core, or one that was withdrawn: keep the session going on another (D0-06, D0-11).
    this.#environment.trace("identity_unknown", {
      identity: identity.toString(16),
      port: arrival.port,
    });
    // Where sessions are bound here, their datagrams tell which one it is.
    if (reportsCores(this.#config)) return this.#bySession(data, peer, now);
    return this.#lookup(`${peer} identity ${identity.toString(16)}`, 0n, now);
  }

  /** The core that the session of a datagram is bound to, where its first octets show the session. */
  #storedFor(data: CoreIdentityDataView, peer: string): number | undefined {
    if (data.pieceOffset > 0) return undefined;
    const c = classify(data.piece), { criteria } = this.#config;
    return this.#bindings.get(`${peer} ${this.#rules.sessionKey(c, criteria, data.datagramNumber)}`)
      ?.core;
  }

  #bound(sessionId: bigint, peer: string, now: number): number {
    const { lookupKey, storeKey } = this.#rules;
    const found = this.#bindings.get(`${peer} ${lookupKey(sessionId)}`);
    if (found !== undefined && this.#isOffered(found.core)) {
      found.used = now;
      return found.core;
    }
    return this.#store(`${peer} ${storeKey(sessionId)}`, sessionId, now);
  }

  #bySession(data: CoreIdentityDataView, peer: string, now: number): number {
    // Only a first piece shows the session; the others follow it by their datagram number.
    if (data.pieceOffset > 0) {
      return this.#lookup(`${peer} datagram ${data.datagramNumber}`, 0n, now);
    }
    const c = classify(data.piece);
    const session = this.#rules.sessionKey(c, this.#config.criteria, data.datagramNumber);
    const core = this.#lookup(`${peer} ${session}`, 0n, now);
    if (reportsCores(this.#config)) this.#report(peer, c, core, now);
    if (data.pieceLength < data.datagramLength) {
      const key = `${peer} datagram ${data.datagramNumber}`;
      this.#bindings.set(key, { core, sessionId: 0n, used: now });
    }
    return core;
  }

  #lookup(key: string, sessionId: bigint, now: number): number {
    const found = this.#bindings.get(key);
    if (found === undefined || !this.#isOffered(found.core)) {
      return this.#store(key, sessionId, now);
    }
    found.used = now;
    return found.core;
  }

  #store(key: string, sessionId: bigint, now: number): number {
    const core = this.#select(key);
    const stored = this.#rules.storedCore(core, this.cores.length);
    this.#bindings.set(key, { core: stored, sessionId, used: now });
    this.#environment.trace("bind", { session_id: sessionId.toString(16), key, core: stored });
    return core;
  }

  #isOffered(core: number): boolean {
    return this.offered().some((c) => c.index === core);
  }

  #select(key: string): number {
    const config = this.#config;
    const kept = new Set([...config.excluded, ...config.reserved.flatMap((r) => r.cores)]);
    const offered = this.offered().map((core) => core.index);
    const open = offered.filter((index) => !kept.has(index));
    const from = open.length > 0 ? open : offered.length > 0 ? offered : [0];
    return this.#rules.bindCore(from, {
      policy: config.binding,
      count: this.#selections++,
      sessionKey: key,
      load: this.#load,
      random: this.#environment.random,
    });
  }

  /** Removes sessions that were idle for too long; returns when the next may expire. */
  forget(now: number): number {
    let next = Infinity;
    for (const [key, { used }] of this.#bindings) {
      const at = used + this.#config.receiverIdle;
      if (at > now) next = Math.min(next, at);
      else this.#bindings.delete(key);
    }
    return next;
  }

  /** Removes every session of a peer. */
  purge() {
    this.#bindings.clear();
    this.#selections++;
  }
}
