/**
 * A tunnel endpoint of source 004 (170, 270): an LNS, its membership in the cluster, and mastership
 * once it takes over. Pure.
 *
 * Ports: `local` takes what is sent to its address on the cluster's network, `global` is its
 * own link (FIG. 4), `cluster` carries the messages of the cluster, and `lan` IP datagrams: those for
 * the master address once it is master, and those of the server network, which are the LNS's.
 */
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { type EndpointConfig, endpointConfigSchema, parseConfig } from "./config.ts";
import { formatAddress } from "../../captures/wire/address.ts";
import { addressesOf } from "../net/ip_addresses.ts";
import { NOTHING } from "./master.ts";
import { Mastership } from "./mastership.ts";
import { Membership } from "./membership.ts";
import { readMessage } from "./messages.ts";
import type { TunnelClusterOverrides } from "./overrides.ts";
import { ENDPOINT_RULES, type EndpointRules, MASTER_RULES, type MasterRules } from "./rules.ts";

/** What an endpoint asks of the LNS that it is built around. */
export interface EndpointLns extends Machine {
  /** Tunnels and sessions that stand. */
  usage?(): { tunnels: number; sessions: number };
}

/** The reference endpoint. */
export class EndpointMachine implements Machine {
  readonly #config: EndpointConfig;
  readonly #rules: EndpointRules;
  readonly #masterRules: MasterRules;
  readonly #environment: PeerEnvironment;
  #lns: EndpointLns;
  readonly #membership: Membership;
  readonly #out: Transmission[] = [];
  readonly #hasGlobal: boolean;
  readonly #makeLns: () => EndpointLns;
  readonly #held: readonly string[];
  #mastership: Mastership | undefined;
  #failed = false;

  /**
   * @param makeLns Builds the LNS from its own configuration.
   * @throws TypeError when the configuration is wrong.
   */
  constructor(
    config: unknown,
    environment: PeerEnvironment,
    makeLns: (config: Record<string, unknown>) => EndpointLns,
    overrides: Pick<TunnelClusterOverrides, "endpoint" | "master"> = {},
  ) {
    this.#environment = environment;
    this.#rules = { ...ENDPOINT_RULES, ...overrides.endpoint };
    this.#config = this.#rules.configured(parseConfig(endpointConfigSchema, "endpoint", config));
    this.#masterRules = { ...MASTER_RULES, ...overrides.master };
    this.#makeLns = () => makeLns(this.#config.lns);
    this.#lns = this.#makeLns();
    this.#held = [this.#config.takeOver?.masterAddress ?? []].flat();
    this.#hasGlobal = this.#config.wan.some(({ port }) => port === "global");
    this.#membership = new Membership({
      ...{ config: this.#config, rules: this.#rules, trace: environment.trace },
      random: environment.random,
      send: (transmission) => this.#out.push(transmission),
      usage: () => this.#lns.usage?.() ?? { tunnels: 0, sessions: 0 },
      elected: (term, now) => this.#elected(term, now),
      dropTunnels: () => this.#lns = this.#makeLns(),
    });
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (this.#failed) return;
    if (port === "cluster") return this.#fromCluster(packet, now, from);
    if (port === "lan") {
      if (this.#isForMaster(packet)) return this.#mastership?.datagram(packet, now);
      return this.#lns.receive(port, packet, now);
    }
    const taken = this.#rules.receives(packet);
    if (taken === undefined || from === undefined) return;
    // What came in on the cluster's network is answered from the endpoint's own link, if it has one.
    const by = port === "local" ? this.#rules.answersBy(this.#hasGlobal) : port;
    this.#lns.receive(by, taken, now, this.#rules.cameFrom(from));
  }

  transmit(now: number): Transmission | undefined {
    if (this.#failed) return undefined;
    if (this.#mastership === undefined || this.#mastership.yielded) this.#membership.tick(now);
    else {
      this.#mastership.tick(now);
      this.#membership.tick(now);
    }
    const transmission = this.#out.shift();
    if (transmission !== undefined) return transmission;
    for (let t = this.#lns.transmit(now); t !== undefined; t = this.#lns.transmit(now)) {
      if (t.port === "lan") return t;
      const packet = this.#rules.sends(t.packet);
      if (packet !== undefined) return { ...t, packet, dscp: this.#config.dscp };
    }
    return undefined;
  }

  deadline(): number {
    if (this.#failed) return Infinity;
    if (this.#out.length > 0) return 0;
    const mastership = this.#mastership?.deadline() ?? Infinity;
    return Math.min(this.#membership.deadline(), this.#lns.deadline(), mastership);
  }

  /** The master address, while this endpoint is master. */
  claims(): readonly string[] {
    return this.#mastership === undefined || this.#mastership.yielded ? NOTHING : this.#held;
  }

  /**
   * `{kind: "load", value}` sets a load in per cent besides that of its tunnels, `drain`, `resume`,
   * `rest`, `wake`, `leave` and `join` say what they mean, `fail` and `recover` silence it and end that. What
   * else there is goes to the LNS.
   */
  instruct(instruction: unknown, now: number) {
    const { kind, value } = (instruction ?? {}) as { kind?: unknown; value?: unknown };
    const membership = this.#membership;
    if (kind === "load" && typeof value === "number") membership.background = value * 100;
    else if (kind === "drain" || kind === "resume") membership.draining = kind === "drain";
    else if (kind === "rest" || kind === "wake") membership.inactive = kind === "rest";
    else if (kind === "leave") return membership.leave();
    else if (kind === "join") return membership.join();
    else if (kind === "fail" || kind === "recover") {
      this.#failed = kind === "fail";
      this.#out.length = 0;
    } else return this.#lns.instruct?.(instruction, now);
    membership.hurry();
  }

  #fromCluster(packet: Uint8Array, now: number, from: Endpoint | undefined) {
    const record = readMessage(packet);
    if (record === undefined || from === undefined) {
      return this.#environment.trace("malformed", { port: "cluster" });
    }
    this.#mastership?.message(record, from, now);
    this.#membership.message(record, from, now);
  }

  #isForMaster(datagram: Uint8Array): boolean {
    const address = this.#config.takeOver?.masterAddress;
    const destination = address === undefined ? undefined : addressesOf(datagram)?.destination;
    return destination !== undefined && formatAddress(destination) === address;
  }

  #elected(term: number, now: number) {
    const { takeOver, members, member } = this.#config;
    if (takeOver === undefined) return;
    const { period, silence, lease } = this.#config;
    this.#mastership = new Mastership({
      ...{ config: { ...takeOver, period, silence, lease }, rules: this.#masterRules },
      ...{ member, term },
      ...{ trace: this.#environment.trace, votesItself: true },
      ...{ quorumOf: members.filter((m) => m.member !== 0).length + 1, others: members },
      send: (transmission) => this.#out.push(transmission),
    });
    this.#mastership.tick(now);
    this.#environment.trace("took_over", { term, address: takeOver.masterAddress });
    const wan = this.#config.wan.find(({ port }) => port === "cluster")!;
    this.#membership.followItself(wan.address, wan.udp);
  }
}
