/**
 * Being master: registrations, reports, heartbeats, inactivation, the lease and giving way
 * (L102-L104, D4-09, D4-11, D4-13, D4-14).
 *
 * ```text
 *            register            silence, leave
 *  unknown -----------> in service -----------> out of service
 *                       |  ^   ^                      |
 *            deactivate |  |   +----------------------+ register
 *              draining |  | activate
 *                       v  | (report without D)
 *                     no new tunnels
 * ```
 *
 * The messages prove nothing of their sender: the cluster's network has to be its own. What is malformed,
 * of another version or out of date changes nothing; state is bounded by the members there may be.
 */
import {
  ClusterAttribute,
  ClusterFlag,
  ClusterMessage,
  type ClusterRecord,
  numberOf,
} from "../../captures/wire/tunnel_cluster.ts";
import type { Endpoint, TraceSink, Transmission } from "../machine.ts";
import type { ForwardingConfig } from "./config.ts";
import { Forwarder } from "./forwarder.ts";
import { clusterMessage, type Content, localAddressOf } from "./messages.ts";
import { type Member, Registry } from "./registry.ts";
import type { MasterRules } from "./rules.ts";

/** What a master is made of. */
export interface MastershipOptions {
  config: ForwardingConfig & { period: number; silence: number; lease: number };
  rules: MasterRules;
  trace: TraceSink;
  send(transmission: Transmission): void;
  /** Own member number, and term to begin with. */
  member: number;
  term: number;
  /** Number of members of which most must confirm the master's heartbeats; 0 asks for no lease. */
  quorumOf: number;
  /** Whether this device is one of those members itself. */
  votesItself: boolean;
  /** Who else gets heartbeats of this master: members not yet registered, and its predecessor. */
  others?: readonly (Endpoint & { member: number })[];
}

/** Heartbeats whose times are kept, to know when a confirmed one was sent. */
const HEARTBEATS_KEPT = 64;

/** One master at work, until it gives way to another. */
export class Mastership {
  readonly registry = new Registry();
  readonly forwarder: Forwarder;
  readonly #o: MastershipOptions;
  readonly #sent = new Map<number, number>();
  #sequence = 0;
  #due = -Infinity;
  #yielded = false;

  constructor(options: MastershipOptions) {
    this.#o = options;
    const { config, rules, trace, send } = options;
    for (const { member, address, capacity, load } of config.standing) {
      this.registry.stand(member, address, capacity, load * 100);
    }
    this.forwarder = new Forwarder(
      config,
      rules,
      this.registry,
      trace,
      (packet) => send({ port: "lan", packet }),
    );
  }

  get term(): number {
    return this.#o.term;
  }

  get yielded(): boolean {
    return this.#yielded;
  }

  /** A datagram for the master address. */
  datagram(datagram: Uint8Array, now: number) {
    if (this.#o.rules.mayForward(this.#yielded, this.isLeased(now))) {
      return this.forwarder.datagram(datagram, now);
    }
    this.#o.trace("discarded", { reason: this.#yielded ? "yielded" : "no lease" });
  }

  /** Whether most members confirmed a heartbeat that is younger than the lease. */
  isLeased(now: number): boolean {
    const { quorumOf, votesItself, config } = this.#o;
    if (quorumOf === 0) return true;
    const behind =
      this.registry.all().filter((m) =>
        m.registered && now - m.confirmed <= config.lease && m.member !== this.#o.member
      ).length + (votesItself ? 1 : 0);
    return behind > quorumOf / 2;
  }

  /** A message of an endpoint, or of another master. */
  message(record: ClusterRecord, from: Endpoint, now: number) {
    const { rules, term } = this.#o;
    if (rules.yieldsTo(term, record.term) && record.member !== this.#o.member) {
      const claims = record.message === ClusterMessage.heartbeat;
      if (claims && !this.#yielded) {
        this.#yielded = true;
        this.#o.trace("yielded", { term: record.term, to: record.member });
      }
      return;
    }
    if (this.#yielded) return;
    switch (record.message) {
      case ClusterMessage.register:
        return this.#register(record, from, now);
      case ClusterMessage.report:
        return this.#report(record, now);
      case ClusterMessage.leave: {
        const member = this.registry.get(record.member);
        if (member === undefined) return;
        member.registered = false;
        return this.#o.trace("left", { member: record.member });
      }
    }
  }

  /** Sends heartbeats when they are due. */
  tick(now: number) {
    if (this.#yielded || now < this.#due) return;
    this.#due = now + this.#o.config.period;
    this.#sequence++;
    this.#sent.set(this.#sequence, now);
    this.#sent.delete(this.#sequence - HEARTBEATS_KEPT);
    const content = { message: ClusterMessage.heartbeat, sequence: this.#sequence };
    for (const member of this.registry.all()) {
      if (member.registered && !member.standing) this.#to(member.at, content);
    }
    for (const { member, address, port } of this.#o.others ?? []) {
      if (!this.registry.get(member)?.registered) this.#to({ address, port }, content);
    }
    this.#balance(now);
  }

  deadline(): number {
    return this.#yielded ? Infinity : this.#due;
  }

  /** Takes an endpoint out of the choice, or back into it; its tunnels live on. */
  activate(number: number, active: boolean) {
    const member = this.registry.get(number);
    if (member === undefined || member.deactivated === !active) return;
    member.deactivated = !active;
    const message = active ? ClusterMessage.activate : ClusterMessage.deactivate;
    this.#to(member.at, { message, sequence: this.#sequence });
    this.#o.trace(active ? "activated" : "deactivated", { member: number });
  }

  #register(record: ClusterRecord, from: Endpoint, now: number) {
    const localAddress = localAddressOf(record);
    if (localAddress === undefined || record.member === 0) {
      return this.#o.trace("refused", { member: record.member, reason: "no local address" });
    }
    // Requests would come back, or a flood of registrations fill the memory.
    const loops = localAddress === this.#o.config.masterAddress;
    if (loops || !this.registry.hasRoomFor(record.member)) {
      const reason = loops ? "the master address" : "too many members";
      return this.#o.trace("refused", { member: record.member, reason });
    }
    const capacity = numberOf(record, ClusterAttribute.tunnels, 4) || 10_000;
    const member = this.registry.register(record.member, localAddress, from, capacity, now);
    member.sequence = record.sequence;
    member.load = loadIn(record) ?? 0;
    this.#flags(member, record.flags);
    this.#o.trace("registered", { member: record.member, address: localAddress });
    const { sequence } = record;
    this.#to(from, { message: ClusterMessage.registerAck, acknowledged: sequence });
    this.#to(from, { message: ClusterMessage.heartbeat, sequence: this.#sequence });
  }

  #report(record: ClusterRecord, now: number) {
    const member = this.registry.get(record.member);
    if (member === undefined || !member.registered) {
      return this.#o.trace("refused", { member: record.member, reason: "not registered" });
    }
    const load = loadIn(record);
    // One that overtook another is out of date; 32 bits wrap.
    const late = (record.sequence - member.sequence | 0) <= 0;
    if (load === undefined || late) {
      return this.#o.trace("refused", { member: record.member, reason: late ? "late" : "no load" });
    }
    member.sequence = record.sequence;
    member.load = load;
    member.reportedAt = now;
    member.forwarded = 0;
    member.confirmed = Math.max(
      member.confirmed,
      this.#sent.get(record.acknowledged) ?? -Infinity,
    );
    this.#flags(member, record.flags);
  }

  #flags(member: Member, flags: number) {
    member.draining = (flags & ClusterFlag.draining) !== 0;
    member.inactive = (flags & ClusterFlag.inactive) !== 0;
  }

  /** L104: inactivates an endpoint that the load does not need, activates one that it does. */
  #balance(now: number) {
    const { config, rules } = this.#o;
    if (config.inactivation === undefined) return;
    const { below, above } = config.inactivation;
    const active = this.forwarder.candidates(now);
    if (active.length === 0) return;
    const mean = active.reduce((sum, { load }) => sum + load, 0) / active.length / 100;
    if (mean < below && rules.maySpare(active.length)) {
      this.activate(active[active.length - 1].member, false);
    } else if (mean > above) {
      const spare = this.registry.all().find((m) =>
        m.deactivated && rules.inService(m, now, config.silence)
      );
      if (spare !== undefined) this.activate(spare.member, true);
    }
  }

  #to(to: Endpoint, content: Content) {
    const { member, term } = this.#o;
    this.#o.send({ port: "cluster", packet: clusterMessage({ member, term, ...content }), to });
  }
}

/** The load that a message reports, if it is in range. */
function loadIn(record: ClusterRecord): number | undefined {
  const load = numberOf(record, ClusterAttribute.load, 2);
  return load === undefined || load > 10_000 ? undefined : load;
}
