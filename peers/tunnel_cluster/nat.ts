/**
 * The NAT of source 004 (160) with its Table 1 (L115-L137, D4-06, D4-07). Pure.
 *
 * ```text
 *             outside                               NAT                          inside
 *  initiator FAR:FP  <-- NAT:NP to FAR:FP --   mapping of FP and LP  <-- LOCAL:LP to FAR:FP --  endpoint
 *                    -- FAR:FP to NAT:NP -->   to the port NP        -- FAR:FP to LOCAL:LP -->
 * ```
 *
 * An SCCRP that leaves creates the mapping. NP distinguishes mappings of one far end, as the source's key, the
 * far address and port alone, cannot when an initiator uses one port for several tunnels.
 *
 * It advertises nothing (D4-04): the endpoints' network has a static route to it. Data goes to the port
 * that the receiving end chose (D4-08), which is FP towards the initiator and LP towards the endpoint;
 * the source has the two the wrong way round (L137).
 *
 * The NAT translates UDP: a datagram in fragments is put together first, as ports stand in the first
 * one alone, and what leaves begins its way with a TTL of its own. Its octets of L2TP stay as they came.
 */
import { L2tpView } from "../../captures/view/l2tp.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { Fragments } from "../net/fragments.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { PrefixTable } from "../net/prefix_table.ts";
import { type NatConfig, natConfigSchema, parseConfig } from "./config.ts";
import { requestType } from "./request.ts";
import { MappingTunnels } from "./mapping_tunnels.ts";
import { NAT_RULES, type NatMapping, type NatRules } from "./rules.ts";

/** Expired mappings are removed this often, in milliseconds. */
const SWEEP = 1000;

/** The reference NAT: `lan` takes IP datagrams from inside, the `wan` ports UDP from outside. */
export class NatMachine implements Machine {
  readonly #config: NatConfig;
  readonly #rules: NatRules;
  readonly #environment: PeerEnvironment;
  readonly #inside = new PrefixTable<true>();
  readonly #walker = new HeaderWalker();
  readonly #l2tp = new L2tpView();
  readonly #fragments = new Fragments();
  readonly #out: Transmission[] = [];
  /** Mappings by the two ends, and by the address of the far end. */
  readonly #mappings = new Map<string, NatMapping>();
  readonly #byFar = new Map<string, NatMapping[]>();
  /** Mappings that their far end has not used yet, the oldest first. */
  readonly #unused = new Set<NatMapping>();
  #sweepAt = SWEEP;

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, rules: Partial<NatRules> = {}) {
    this.#environment = environment;
    this.#rules = { ...NAT_RULES, ...rules };
    this.#config = this.#rules.configured(parseConfig(natConfigSchema, "NAT", config));
    this.#inside.add(this.#config.inside, true);
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (port === "lan") this.#outward(packet, now);
    else if (from !== undefined) this.#inward(port, packet, now, from);
  }

  transmit(now: number): Transmission | undefined {
    if (now >= this.#sweepAt) this.#sweep(now);
    return this.#out.shift();
  }

  deadline(): number {
    if (this.#out.length > 0) return 0;
    return this.#mappings.size > 0 ? this.#sweepAt : Infinity;
  }

  /** From an endpoint to an initiator. */
  #outward(datagram: Uint8Array, now: number): void {
    const w = this.#walker, trace = this.#environment.trace;
    const readable = w.walkIp(datagram, viewOf(datagram), 0, datagram.length) && w.l4 >= 0 &&
      w.protocol === IP_PROTOCOL.UDP;
    if (readable && w.isFragment) {
      const whole = this.#rules.assembles ? this.#fragments.add(datagram, w, now) : undefined;
      if (whole !== undefined) this.#outward(whole, now);
      return;
    }
    if (!readable || w.udpPayload < 0) return trace("untranslatable", { octets: datagram.length });
    const local = { address: w.source(datagram), port: w.sourcePort };
    const far = { address: w.destination(datagram), port: w.destinationPort };
    if (this.#inside.find(local.address) === undefined) return trace("untranslatable", { local });
    const payload = datagram.slice(w.udpPayload, w.end), dscp = w.dscp(datagram);
    const type = this.#l2tp.at(payload) ? requestType(this.#l2tp) : -1;
    let mapping = this.#living(this.#mappings.get(keyOf(far, local)), now);
    if (mapping === undefined && this.#rules.createsMapping(type)) {
      mapping = this.#make(far, local, now);
    }
    if (mapping === undefined) return trace("no_row", { far, local });
    this.#use(mapping, payload, true, now);
    const { port } = this.#rules.leavesBy(mapping);
    this.#out.push({
      ...{ port, to: far, packet: this.#rules.translated(payload) },
      dscp: this.#rules.codepoint(dscp),
    });
  }

  /** From an initiator to the endpoint of its mapping. */
  #inward(port: string, payload: Uint8Array, now: number, from: Endpoint) {
    const natPort = this.#config.wan.find((wan) => wan.port === port)?.udp ?? 0;
    const candidates = this.#byFar.get(from.address) ?? [];
    const matching = candidates.filter((mapping) =>
      mapping.port === port && this.#rules.matches(mapping, from, natPort)
    );
    const found = this.#rules.mappingFor(matching, () => [...this.#mappings.values()], payload);
    const mapping = this.#living(found, now);
    if (mapping === undefined) return this.#environment.trace("no_row", { from, port });
    this.#unused.delete(mapping);
    this.#use(mapping, payload, false, now);
    this.#out.push({
      port: "lan",
      packet: udpDatagram({
        ...{ source: from.address, sourcePort: from.port },
        ...{ destination: mapping.localAddress, destinationPort: mapping.localPort },
        payload: this.#rules.translated(payload.slice()),
      }),
    });
  }

  #make(to: Endpoint, from: Endpoint, now: number): NatMapping | undefined {
    if (!this.#hasRoom()) {
      this.#environment.trace("no_room", { far: to, local: from });
      return undefined;
    }
    const { farAddress, farPort, localAddress, localPort, natPort, sharesPort } = this.#rules;
    const far = { farAddress: farAddress(to), farPort: farPort(to) };
    const present = this.#byFar.get(far.farAddress) ?? [];
    const free = this.#config.wan.filter(({ port }) =>
      present.every((mapping) => mapping.port !== port || sharesPort(mapping, far))
    );
    const chosen = natPort(free.map(({ udp }) => udp), from.port);
    const wan = free.find(({ udp }) => udp === chosen);
    if (wan === undefined) {
      this.#environment.trace("no_port", { far: to, local: from });
      return undefined;
    }
    const mapping: NatMapping = {
      ...{ ...far, key: keyOf(to, from) },
      ...{ localAddress: localAddress(from), localPort: localPort(from) },
      ...{ port: wan.port, natPort: wan.udp, usedAt: now, closedAt: Infinity },
      tunnels: new MappingTunnels(),
    };
    this.#mappings.set(mapping.key, mapping);
    this.#unused.add(mapping);
    this.#byFar.set(mapping.farAddress, [...present, mapping]);
    this.#environment.trace("row", { ...described(mapping) });
    return mapping;
  }

  /** Whether one more mapping may be made, once the oldest that nobody used has gone if it must. */
  #hasRoom(): boolean {
    if (this.#mappings.size < this.#config.mappings) return true;
    const [oldest] = this.#unused;
    if (oldest !== undefined) this.#remove(oldest);
    return oldest !== undefined;
  }

  #use(mapping: NatMapping, payload: Uint8Array, outward: boolean, now: number) {
    mapping.usedAt = now;
    const change = this.#l2tp.at(payload) ? mapping.tunnels.pass(this.#l2tp, outward) : undefined;
    if (change === "began") mapping.closedAt = Infinity;
    const closes = change === "ended" && this.#rules.closes(mapping.tunnels.size);
    if (closes) mapping.closedAt = Math.min(mapping.closedAt, now);
    if (this.#sweepAt <= now) this.#sweepAt = now + SWEEP;
  }

  /** A mapping that has not expired; one that has is removed, whenever the next sweep may be. */
  #living(mapping: NatMapping | undefined, now: number): NatMapping | undefined {
    const { closing, idle } = this.#config;
    if (mapping === undefined || !this.#rules.expires(mapping, now, closing, idle)) return mapping;
    this.#remove(mapping);
    return undefined;
  }

  #sweep(now: number) {
    this.#sweepAt = now + SWEEP;
    for (const mapping of this.#mappings.values()) this.#living(mapping, now);
  }

  #remove(mapping: NatMapping) {
    this.#mappings.delete(mapping.key);
    this.#unused.delete(mapping);
    const rest = this.#byFar.get(mapping.farAddress)?.filter((other) => other !== mapping) ?? [];
    if (rest.length > 0) this.#byFar.set(mapping.farAddress, rest);
    else this.#byFar.delete(mapping.farAddress);
    this.#environment.trace("row_removed", { ...described(mapping) });
  }
}

function keyOf(far: Endpoint, local: Endpoint): string {
  return `${far.address}|${far.port}|${local.address}|${local.port}`;
}

/** A mapping as Table 1 has it, and the port of the NAT. */
function described(mapping: NatMapping) {
  return {
    far_address: mapping.farAddress,
    far_port: mapping.farPort,
    local_address: mapping.localAddress,
    local_port: mapping.localPort,
    nat_port: mapping.natPort,
  };
}
