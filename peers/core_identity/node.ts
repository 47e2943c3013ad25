/**
 * A node of source 000: a device that forms an aggregated tunnel with each of its peers, and sends
 * and receives over it (MPND 301 and 302). Pure: see `Machine`.
 */
import {
  IdentityKind,
  identityOffset,
  PacketType,
  Placement,
  VERSION,
} from "../../captures/wire/core_identity.ts";
import { decode } from "../../captures/wire/core_identity_control.ts";
import { PrefixTable } from "../net/prefix_table.ts";
import type {
  Endpoint,
  Handoff,
  PeerEnvironment,
  SteeredMachine,
  SteeringTable,
  Transmission,
} from "../machine.ts";
import { Association } from "./association.ts";
import type { AssociationHost } from "./association_host.ts";
import { sealOf } from "./decapsulation.ts";
import { Intake } from "./intake.ts";
import { type NodeConfig, parseNodeConfig, tellsCores } from "./config.ts";
import { CoreMachine, peerOf } from "./core.ts";
import { LoadMeter } from "./load.ts";
import { Receiver } from "./receiver.ts";
import { NODE_RULES, type NodeRules } from "./rules.ts";
import { Sender } from "./sender.ts";
import { SessionTable } from "./session_table.ts";
import { type Classification, classify } from "./session.ts";

interface Peer {
  association: Association;
  sender: Sender;
}

/** Sessions are looked over for idle ones this often, in milliseconds. */
const SWEEP = 1000;

/** The reference sender and receiver. */
export class CoreIdentityNode implements SteeredMachine {
  readonly #config: NodeConfig;
  readonly #rules: NodeRules;
  readonly #environment: PeerEnvironment;
  readonly #peers = new Map<string, Peer>();
  readonly #routes = new PrefixTable<string>();
  readonly #intake: Intake;
  readonly #receiver: Receiver;
  readonly #cores: CoreMachine[] = [];
  readonly #out: Transmission[] = [];
  readonly #handoffs: Handoff[] = [];
  readonly #load = new LoadMeter();
  #spread = false;
  #started = false;
  #sweep = Infinity;
  #table: SteeringTable | undefined;
  #tableMade = -1;
  /** Peers that were asked whether they live, and have not answered in all tunnels. */
  #asked = 0;

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, rules: Partial<NodeRules> = {}) {
    this.#config = parseNodeConfig(config);
    this.#environment = environment;
    this.#rules = { ...NODE_RULES, ...rules };
    const epoch = Math.floor(environment.random() * 2 ** 32);
    const seal = sealOf(this.#config, epoch, this.#rules.nonce);
    this.#intake = new Intake(this.#config, this.#rules, environment);
    const load = (core: number) => this.#load.of(core);
    this.#receiver = new Receiver(
      this.#config,
      this.#rules,
      environment,
      seal,
      load,
      (...told) => this.#tell(...told),
    );
    const tables = new Map<string, SessionTable>();
    let up = 0;
    const host: AssociationHost = {
      config: this.#config,
      rules: this.#rules,
      environment,
      information: () => this.#receiver.information(),
      aggregateIdentity: (peer) => this.#receiver.aggregateIdentity(peer),
      send: (transmission) => this.#out.push(transmission),
      aggregateUp: () => {
        if (++up === this.#config.peers.length) environment.trace("established", { peers: up });
      },
      allAnswered: () => {
        if (--this.#asked === 0) environment.trace("all_answered", { peers: this.#peers.size });
      },
    };
    for (const peer of this.#config.peers) {
      const name = this.#rules.tableOf(peer.name);
      const table = tables.get(name) ?? new SessionTable();
      tables.set(name, table);
      const association = new Association(host, peer, 0);
      this.#peers.set(peer.name, {
        association,
        sender: new Sender(host, association, table, seal),
      });
      for (const prefix of peer.prefixes) this.#routes.add(prefix, peer.name);
    }
    for (const { index, identity } of this.#receiver.cores) {
      environment.trace("core", { core: index, identity: identity.toString(16) });
      this.#cores.push(new CoreMachine(this.#config, index, environment, this.#rules));
    }
  }

  get cores(): number {
    return this.#receiver.cores.length;
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (port === "lan") return this.#fromLan(packet, now);
    const peer = peerOf(this.#config, from);
    if (peer === undefined || from === undefined) {
      return this.#environment.trace("stranger", { port, from });
    }
    if (packet.length > 0 && (packet[0] & 15) === PacketType.data) {
      return this.#fromTunnel(port, packet, now, from, peer.name);
    }
    const { record: message, problem } = decode(packet);
    if (message === undefined || message.type !== PacketType.control) {
      const why = problem ?? `type ${message?.type} is not control`;
      return this.#environment.trace("malformed", { port, problem: why });
    }
    const { version, aggregateId } = message;
    if (version !== VERSION || aggregateId !== peer.aggregateId) {
      return this.#environment.trace("stranger", { port, from, aggregate: aggregateId, version });
    }
    const { association, sender } = this.#peers.get(peer.name)!;
    const before = association.usable().length;
    association.control(message, port, from, now);
    if (association.usable().length < before) this.#tunnelLost();
    sender.release(now);
  }

  transmit(now: number): Transmission | undefined {
    if (!this.#started || this.deadline() <= now) this.#tick(now);
    return this.#out.shift();
  }

  deadline(): number {
    if (!this.#started || this.#out.length > 0) return 0;
    let at = this.#sweep;
    for (const { association } of this.#peers.values()) at = Math.min(at, association.deadline());
    return at;
  }

  /**
   * `{kind: "offline", cores}` takes cores off line (all others are on line), `{kind: "load",
   * values}` puts a background load on cores, `{kind: "ask"}` sends a KEEPALIVE in each tunnel, and the
   * trace says when all are answered.
   */
  instruct(instruction: unknown, now: number) {
    const order = instruction as { kind?: unknown; cores?: unknown; values?: unknown };
    if (order?.kind === "ask") {
      this.#asked = this.#peers.size;
      for (const { association } of this.#peers.values()) association.ask(now);
      return;
    }
    if (order?.kind === "offline" && Array.isArray(order.cores)) {
      this.#receiver.setOffline(order.cores.map(Number));
    } else if (order?.kind === "load" && Array.isArray(order.values)) {
      this.#load.background = order.values.map(Number);
      this.#receiver.touch();
    } else {
      throw new TypeError(
        `Cannot instruct a core-identity node as kind must be "offline", "load" or "ask": got ${
          JSON.stringify(instruction)
        }`,
      );
    }
    for (const { association } of this.#peers.values()) association.announce(now);
  }

  spread(load: (core: number) => number) {
    this.#spread = true;
    this.#load.measured = load;
  }

  steering(): SteeringTable | undefined {
    const config = this.#config, rules = this.#rules;
    // A rule that looks at more than the identity cannot be followed by the kernel's table.
    if (rules.coreUsed !== NODE_RULES.coreUsed || config.identityEncrypted) return undefined;
    // Nothing tells the core before decryption.
    if (config.class === "F8") return undefined;
    if (this.#tableMade === this.#receiver.changes) return this.#table;
    this.#tableMade = this.#receiver.changes;
    const tells = tellsCores(config);
    const placement = Placement[rules.placement(config.placement)];
    const kind = tells ? IdentityKind.core : IdentityKind.session;
    const entries = tells ? this.#identityEntries() : [...this.#receiver.bindings()];
    this.#table = {
      match: [
        { offset: 0, mask: 255, value: VERSION << 4 | PacketType.data },
        { offset: 1, mask: 0xf0, value: kind << 6 | placement << 4 },
      ],
      offset: identityOffset(placement),
      entries,
    };
    return this.#table;
  }

  handoff(): Handoff | undefined {
    return this.#handoffs.shift();
  }

  #identityEntries() {
    const offered = this.#receiver.offered();
    const entries = [];
    for (const { identity } of offered) {
      const core = this.#rules.coreOfIdentity(identity, offered);
      if (core !== undefined) entries.push({ value: identity, core });
    }
    return entries;
  }

  #tick(now: number) {
    this.#started = true;
    for (const { association, sender } of this.#peers.values()) {
      const before = association.usable().length;
      association.tick(now);
      if (association.usable().length < before) this.#tunnelLost();
      sender.release(now);
    }
    if (this.#sweep <= now || this.#sweep === Infinity) {
      for (const { sender } of this.#peers.values()) sender.forget(now);
      this.#receiver.forget(now);
      this.#sweep = now + SWEEP;
    }
  }

  /** Reports the core that a session of a peer is bound to. */
  #tell(peer: string, session: Classification, core: number, now: number) {
    const identity = this.#receiver.cores.find(({ index }) => index === core)?.identity;
    if (identity !== undefined) this.#peers.get(peer)?.association.report(session, identity, now);
  }

  #tunnelLost() {
    if (!this.#rules.keepsSessionsOnTunnelLoss) this.#receiver.purge();
  }

  #fromLan(packet: Uint8Array, now: number) {
    const { destination } = classify(packet);
    const name = destination === "" ? undefined : this.#routes.find(destination);
    if (name === undefined) {
      return this.#environment.trace("unroutable", { destination, octets: packet.length });
    }
    this.#peers.get(name)!.sender.datagram(packet, now);
  }

  #fromTunnel(port: string, packet: Uint8Array, now: number, from: Endpoint, peer: string) {
    let core: number | undefined;
    if (this.#config.class === "F8") {
      const whole = this.#intake.take(packet, port, peer, now);
      if (whole === undefined) return;
      packet = whole;
      core = this.#receiver.coreOfDatagram(whole, port, peer, now);
    } else core = this.#receiver.core(packet, port, peer, now);
    if (core === undefined) return;
    this.#load.count(core, now);
    if (this.#spread) {
      this.#handoffs.push({ core, port, packet: packet.slice(), from });
      return;
    }
    const machine = this.#cores[core];
    if (machine === undefined) return this.#environment.trace("no_core", { core, port });
    machine.receive(port, packet, now, from);
    for (let t = machine.transmit(); t !== undefined; t = machine.transmit()) this.#out.push(t);
  }
}
