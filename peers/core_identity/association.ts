/**
 * Establishment, liveness and processor information of one aggregated tunnel (catalogue D0-13):
 *
 * ```text
 *   initiator                              responder
 *      | HELLO  (cores, identities)            |     on every pair of WAN endpoints
 *      |-------------------------------------->|
 *      |           HELLO ACK (cores, identities)
 *      |<--------------------------------------|
 *      | CONFIRM                          [up]  |
 *      |-------------------------------------->|  [up]
 *      | KEEPALIVE / KEEPALIVE ACK             |     either way, measures the round trip
 *      | UPDATE / UPDATE ACK (cores, …)        |     either way, on every change
 * ```
 *
 * @see seed 000 [0055], [0060], [0068]-[0070]
 */
import type { Attribute, ControlMessage } from "../../captures/wire/core_identity_control.ts";
import { Message } from "../../captures/wire/core_identity_control.ts";
import {
  type ProcessorInformation,
  readInformation,
} from "../../captures/wire/core_identity_information.ts";
import type { Endpoint } from "../machine.ts";
import { identityGiven } from "./aggregate_identity.ts";
import type { AssociationHost } from "./association_host.ts";
import type { Readiness } from "./choices.ts";
import { controlPacket } from "./control_packet.ts";
import type { NodeConfig } from "./config.ts";
import { provisionedFor } from "./processor_information.ts";
import { readReport, Reports } from "./reports.ts";
import type { Classification } from "./session.ts";
import { type Tunnel, tunnelAccepted, tunnelsToOpen } from "./tunnel.ts";

/** Milliseconds until an update is told again, and a lost tunnel is tried again. */
const AGAIN = 200;
const MISSES = 3;
/** Reported sessions that are remembered; the one that was reported first gives way. */
const MOST_REPORTED = 131_072;

type PeerConfig = NodeConfig["peers"][number];

/** One end of one aggregated tunnel. */
export class Association {
  readonly peer: PeerConfig;
  readonly tunnels = new Map<number, Tunnel>();
  /** The peer's processor information, once known. */
  information: ProcessorInformation | undefined;
  /** The identity that the peer gave for all packets of the aggregate ([0055]). */
  aggregateIdentity: bigint | undefined;
  /** By session: the identity that the peer reported for it ([0049]), and datagrams sent since. */
  readonly reported = new Map<string, { identity: bigint; sent: number }>();
  latestReported: bigint | undefined;
  #host: AssociationHost;
  readonly #reports: Reports;
  #sequence: number;
  #up = false;
  /** Version of the peer's information that was heard last, taken up or not. */
  #heardVersion = 0;
  /** Version of our information that the peer has acknowledged. */
  #acknowledged = 0;
  #updateDue = Infinity;
  /** Tunnels in which `ask` asked, and nobody has answered. */
  #open = new Set<Tunnel>();

  constructor(host: AssociationHost, peer: PeerConfig, now: number) {
    this.#host = host;
    this.#sequence = host.rules.firstControlSequence;
    this.peer = peer;
    this.#reports = new Reports(host.rules, host.config);
    this.information = provisionedFor(host.config, peer.name);
    const opened = host.config.initiate ? tunnelsToOpen(host, peer, now) : [];
    for (const tunnel of opened) this.tunnels.set(tunnel.id, tunnel);
  }

  /** Tunnels that may carry data. */
  usable(): Tunnel[] {
    return [...this.tunnels.values()].filter((t) => t.state === "up");
  }

  /** How much of the aggregate is up. */
  get readiness(): Readiness {
    return { up: this.usable().length, all: this.#all, wasWhole: this.#up };
  }

  /** Tunnels that there are to be, as far as this end knows. */
  get #all(): number {
    const { config } = this.#host;
    return config.initiate ? this.tunnels.size : config.wan.length * this.peer.wan.length;
  }

  /** Takes a control message that named this aggregate. */
  control(message: ControlMessage, port: string, from: Endpoint, now: number) {
    let tunnel = this.tunnels.get(message.tunnelId);
    if (tunnel === undefined) {
      if (message.message !== Message.hello || this.#host.config.initiate) return;
      tunnel = tunnelAccepted(this.#host, this.peer, message.tunnelId, { port, from }, now);
      if (tunnel === undefined) return;
      tunnel.due = now + this.#keepalive;
      this.tunnels.set(tunnel.id, tunnel);
    }
    tunnel.heard = now;
    if (message.message !== Message.hello || !this.#host.config.initiate) {
      this.#learn(message, now);
      this.aggregateIdentity ??= identityGiven(this.#host.config, message);
    }
    switch (message.message) {
      case Message.hello:
        // An initiator that answered would take a mirror for a peer.
        if (this.#host.config.initiate) return;
        return void this.#send(tunnel, Message.helloAck, message.sequence);
      case Message.helloAck:
        if (message.acknowledged !== tunnel.asked.sequence) return;
        this.#answered(tunnel, now);
        this.#send(tunnel, Message.confirm, message.sequence);
        return this.#raise(tunnel, now);
      case Message.confirm:
        return this.#raise(tunnel, now);
      case Message.keepalive:
        // Only an end that holds the tunnel to be up sends these: a lost CONFIRM is made up for.
        if (!this.#host.config.initiate) this.#raise(tunnel, now);
        return void this.#send(tunnel, Message.keepaliveAck, message.sequence);
      case Message.keepaliveAck:
        if (message.acknowledged !== tunnel.asked.sequence) return;
        this.#answered(tunnel, now);
        if (this.#open.delete(tunnel) && this.#open.size === 0) this.#host.allAnswered();
        return this.#raise(tunnel, now);
      case Message.update:
        return void this.#send(tunnel, Message.updateAck, message.sequence);
      case Message.updateAck:
        this.#acknowledged = message.informationVersion;
        if (this.#acknowledged >= this.#host.information().version) this.#updateDue = Infinity;
        return;
      case Message.report:
        this.#takeReport(message);
        return void this.#send(tunnel, Message.reportAck, message.sequence);
      case Message.reportAck:
        return this.#reports.acknowledged(message.acknowledged);
      case Message.close:
        return this.#lower(tunnel, now, "closed by the peer");
    }
  }

  /** Own processor information changed: sends it until the peer acknowledges. */
  announce(now: number) {
    if (this.usable().length > 0 && this.#host.rules.tellsUpdates) this.#updateDue = now;
  }

  /** A datagram of a session came without an identity of its core: says which that is. */
  report(session: Classification, identity: bigint, now: number) {
    this.#reports.tell(session, identity, now);
  }

  #takeReport(message: ControlMessage) {
    const report = readReport(message);
    if (report === undefined) return;
    const { reported } = this, { session, identity } = report, known = reported.get(session);
    if (known !== undefined) known.identity = identity;
    else {
      if (reported.size >= MOST_REPORTED) reported.delete(reported.keys().next().value!);
      reported.set(session, { identity, sent: 0 });
    }
    this.latestReported = identity;
  }

  /** Asks at once, in each tunnel that is up, whether the peer lives. */
  ask(now: number) {
    this.#open = new Set(this.usable());
    for (const tunnel of this.#open) this.#send(tunnel, Message.keepalive, 0, now);
    if (this.#open.size === 0) this.#host.allAnswered();
  }

  /** Does what is due at `now`. */
  tick(now: number) {
    for (const tunnel of this.tunnels.values()) {
      if (tunnel.due <= now) this.#due(tunnel, now);
    }
    const [first] = this.usable();
    if (first !== undefined) {
      this.#reports.tick(
        now,
        (attributes) => this.#send(first, Message.report, 0, undefined, attributes),
      );
    }
    if (this.#updateDue <= now) {
      const usable = this.usable();
      this.#updateDue = now + AGAIN;
      for (const tunnel of usable.slice(0, this.#host.rules.updateTunnels(usable.length))) {
        this.#send(tunnel, Message.update, 0);
      }
    }
  }

  /** When `tick` is due. */
  deadline(): number {
    let at = this.usable().length > 0
      ? Math.min(this.#updateDue, this.#reports.deadline())
      : this.#updateDue;
    for (const tunnel of this.tunnels.values()) at = Math.min(at, tunnel.due);
    return at;
  }

  #learn(message: ControlMessage, now: number) {
    const news = readInformation(
      message.coreCount,
      message.informationVersion,
      message.attributes,
    );
    if (news === undefined || this.#host.config.provisioned[this.peer.name] !== undefined) return;
    if (this.information !== undefined && news.version < this.information.version) return;
    this.#heardVersion = news.version;
    if (news.version === this.information?.version) return;
    if (this.information !== undefined && !this.#host.rules.takesUpdates) return;
    this.information = news;
    this.#host.environment.trace("processor_information", {
      peer: this.peer.name,
      cores: news.identities.length,
      identities: news.identities.map((i) => i.toString(16)),
      version: news.version,
      at: now,
    });
  }

  get #keepalive(): number {
    return this.#host.rules.keepalive(this.#host.config.keepalive);
  }

  #due(tunnel: Tunnel, now: number) {
    const { config, rules } = this.#host;
    if (tunnel.state !== "up" && config.initiate) {
      tunnel.due = now + rules.repeatsAfter(++tunnel.unanswered);
      return void this.#send(tunnel, Message.hello, 0, now);
    }
    tunnel.due = now + this.#keepalive;
    if (tunnel.state === "down" || !rules.asksForLife(config.initiate)) return;
    if (++tunnel.unanswered > MISSES) return this.#lower(tunnel, now, "no answer to keepalives");
    this.#send(tunnel, Message.keepalive, 0, now);
  }

  #answered(tunnel: Tunnel, now: number) {
    tunnel.unanswered = 0;
    tunnel.roundTrip = now - tunnel.asked.at;
    tunnel.due = now + this.#keepalive;
  }

  #raise(tunnel: Tunnel, now: number) {
    if (tunnel.state === "up") return;
    tunnel.state = "up";
    tunnel.unanswered = 0;
    tunnel.due = now + this.#keepalive;
    const { environment } = this.#host;
    environment.trace("tunnel_up", {
      peer: this.peer.name,
      tunnel: tunnel.id,
      port: tunnel.port,
      remote: tunnel.remote.address,
    });
    const usable = this.usable().length;
    if (!this.#up && usable === this.#all) {
      this.#up = true;
      environment.trace("aggregate_up", { peer: this.peer.name, tunnels: usable });
      this.#host.aggregateUp();
    }
  }

  #lower(tunnel: Tunnel, now: number, reason: string) {
    if (tunnel.state === "down") return;
    tunnel.state = "down";
    tunnel.due = now + AGAIN;
    this.#host.environment.trace("tunnel_down", {
      peer: this.peer.name,
      tunnel: tunnel.id,
      reason,
    });
  }

  /** Sends a message, and gives its number. */
  #send(
    tunnel: Tunnel,
    message: number,
    acknowledged: number,
    asksAt?: number,
    more: readonly Attribute[] = [],
  ): number {
    const sequence = this.#sequence;
    // 0 is no number: an answer to a message with it would say that it answers none.
    this.#sequence = (sequence + 1) >>> 0 || 1;
    if (asksAt !== undefined) tunnel.asked = { sequence, at: asksAt };
    const packet = controlPacket(this.#host, {
      ...{ peer: this.peer.name, aggregateId: this.peer.aggregateId, tunnelId: tunnel.id },
      ...{ message, sequence, acknowledged, heardVersion: this.#heardVersion, more },
    });
    this.#host.send({ port: tunnel.port, packet, to: tunnel.remote });
    return sequence;
  }
}
