/**
 * An endpoint's side of the cluster: it registers, reports, listens for the master, and is a candidate for
 * election when the master falls silent (L102-L104, L161, D4-09, D4-13, D4-14).
 */
import {
  ClusterAttribute,
  ClusterFlag,
  ClusterMessage,
  type ClusterRecord,
  numberAttribute,
} from "../../captures/wire/tunnel_cluster.ts";
import type { Endpoint, TraceSink, Transmission } from "../machine.ts";
import type { EndpointConfig } from "./config.ts";
import { addressAttribute, clusterMessage, type Content } from "./messages.ts";
import type { EndpointRules } from "./rules.ts";

/** What a membership needs of its endpoint. */
export interface MembershipHost {
  config: EndpointConfig;
  rules: EndpointRules;
  trace: TraceSink;
  /** From 0 to below 1. */
  random(): number;
  send(transmission: Transmission): void;
  /** Tunnels and sessions that stand. */
  usage(): { tunnels: number; sessions: number };
  /** Becomes master in this term. */
  elected(term: number, now: number): void;
  /** Ends all tunnels without a word. */
  dropTunnels(): void;
}

/** One endpoint's membership. Times in milliseconds. */
export class Membership {
  readonly #host: MembershipHost;
  readonly #localAddress: string;
  /** The term that it follows, and the last one in which it voted. */
  term = 0;
  #votedIn = 0;
  #votes = new Set<number>();
  #claimed = 0;
  #master: Endpoint;
  #registered = false;
  #left = false;
  #heard = 0;
  #heartbeat = 0;
  #sequence = 0;
  /** When to look again, to report, and to claim at the earliest. */
  #due = 0;
  #reportAt = 0;
  #claimAt = 0;
  /** Load besides that of its tunnels, in hundredths of a per cent. */
  background = 0;
  draining = false;
  inactive = false;

  constructor(host: MembershipHost) {
    this.#host = host;
    const { members, wan, load } = host.config;
    this.background = load * 100;
    const master = members.find(({ member }) => member === 0) ?? members[0];
    this.#master = { address: master.address, port: master.port };
    const local = wan.find(({ port }) => port === "local") ?? wan[0];
    this.#localAddress = local.address;
  }

  /** A message from the cluster's network. */
  message(record: ClusterRecord, from: Endpoint, now: number) {
    switch (record.message) {
      case ClusterMessage.heartbeat:
        return this.#heartbeatFrom(record, from, now);
      case ClusterMessage.registerAck:
        if (record.term >= this.term) this.#registered = true;
        return;
      case ClusterMessage.claim:
        return this.#claimFrom(record, from, now);
      case ClusterMessage.vote:
        return this.#voteFrom(record, now);
      case ClusterMessage.deactivate:
      case ClusterMessage.activate:
        this.inactive = record.message === ClusterMessage.deactivate;
        return this.#host.trace(this.inactive ? "deactivated" : "activated", {});
    }
  }

  /** Registers, reports, or claims, when it is time. */
  tick(now: number) {
    if (now < this.#due) return;
    const { config, rules } = this.#host;
    const stands = config.takeOver !== undefined && config.members.length > 1;
    const silent = now - this.#heard;
    if (!rules.keepsTunnels(silent, config.silence)) this.#host.dropTunnels();
    if (now >= this.#reportAt) {
      this.#reportAt = now + rules.reportsAfter(config.period);
      // A master that failed, or took this endpoint for failed, must register it again.
      if (silent > config.silence) this.#registered = false;
      if (this.#left) this.#registered = false;
      else if (!this.#registered) this.#register();
      else if (rules.reports(this.#sequence + 1)) this.#report();
    }
    if (
      stands && now >= this.#claimAt &&
      rules.claims(silent, rules.patience(config.lease), config.priority)
    ) {
      this.#claimAt = now + rules.claimsAgainAfter(config.period, this.#host.random());
      this.#claim(now);
    }
    this.#due = stands ? Math.min(this.#reportAt, now + config.period / 10) : this.#reportAt;
  }

  deadline(): number {
    return this.#due;
  }

  /** Reports at once. */
  hurry() {
    this.#due = this.#reportAt = 0;
  }

  /** Announces to the master that this endpoint goes out of service at once. */
  leave() {
    this.#toMaster({ message: ClusterMessage.leave, sequence: ++this.#sequence });
    this.#registered = false;
    this.#left = true;
  }

  /** Comes back after `leave`. */
  join() {
    this.#left = false;
    this.hurry();
  }

  #register() {
    const { capacity, priority } = this.#host.config;
    this.#toMaster({
      message: ClusterMessage.register,
      flags: this.#flags(),
      sequence: ++this.#sequence,
      attributes: [
        addressAttribute(ClusterAttribute.localAddress, this.#localAddress),
        numberAttribute(ClusterAttribute.load, 2, this.#load()),
        numberAttribute(ClusterAttribute.tunnels, 4, capacity),
        numberAttribute(ClusterAttribute.priority, 2, priority),
      ],
    });
  }

  #report() {
    const { tunnels, sessions } = this.#host.usage();
    this.#toMaster({
      message: ClusterMessage.report,
      flags: this.#flags(),
      sequence: ++this.#sequence,
      acknowledged: this.#heartbeat,
      attributes: [
        numberAttribute(ClusterAttribute.load, 2, this.#load()),
        numberAttribute(ClusterAttribute.tunnels, 4, tunnels),
        numberAttribute(ClusterAttribute.sessions, 4, sessions),
      ],
    });
  }

  #load(): number {
    const { rules, config } = this.#host;
    const { tunnels } = this.#host.usage();
    return rules.reportedLoad(tunnels, config.capacity, this.background) & 0xffff;
  }

  #flags(): number {
    return (this.draining ? ClusterFlag.draining : 0) | (this.inactive ? ClusterFlag.inactive : 0);
  }

  #heartbeatFrom(record: ClusterRecord, from: Endpoint, now: number) {
    if (record.term < this.term) return;
    if (record.term > this.term) {
      this.term = record.term;
      this.#master = from;
      this.#registered = false;
      this.hurry();
      this.#host.trace("follows", { term: record.term, master: record.member });
    }
    this.#heard = now;
    this.#heartbeat = record.sequence;
  }

  #claim(now: number) {
    const claim = Math.max(this.term, this.#votedIn) + 1;
    this.#claimed = this.#votedIn = claim;
    this.#votes = new Set([this.#host.config.member]);
    this.#host.trace("claims", { term: claim });
    for (const { member, address, port } of this.#host.config.members) {
      if (member === 0) continue;
      const content = { message: ClusterMessage.claim, term: claim, sequence: ++this.#sequence };
      this.#to({ address, port }, content);
    }
    this.#count(now);
  }

  #claimFrom(record: ClusterRecord, from: Endpoint, now: number) {
    const { config, rules } = this.#host;
    const knownTerm = Math.max(this.term, this.#votedIn);
    const patience = rules.patience(config.lease);
    if (!rules.votes(record.term, knownTerm, now - this.#heard, patience)) return;
    this.#votedIn = record.term;
    const { sequence } = record;
    this.#to(from, { message: ClusterMessage.vote, term: record.term, acknowledged: sequence });
  }

  #voteFrom(record: ClusterRecord, now: number) {
    if (record.term !== this.#claimed || this.#claimed <= this.term) return;
    this.#votes.add(record.member);
    this.#count(now);
  }

  #count(now: number) {
    // The other endpoints, and this one.
    const { config, rules, elected } = this.#host;
    const members = config.members.filter(({ member }) => member !== 0).length + 1;
    if (this.#claimed <= this.term || !rules.isElected(this.#votes.size, members)) return;
    this.term = this.#claimed;
    this.#heard = now;
    elected.call(this.#host, this.term, now);
  }

  /** Follows a master that is this endpoint itself. */
  followItself(address: string, port: number) {
    this.#master = { address, port };
    this.#registered = false;
    this.hurry();
  }

  #toMaster(content: Content) {
    this.#to(this.#master, content);
  }

  #to(to: Endpoint, content: Content) {
    const { member } = this.#host.config;
    const packet = clusterMessage({ member, term: this.term, ...content });
    this.#host.send({ port: "cluster", packet, to });
  }
}
