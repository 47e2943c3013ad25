/**
 * The NAT of source 004 (160) with its Table 1 (L115-L137, D4-06, D4-07). Pure.
 *
 * ```text
 *             outside                             NAT                        inside
 *  initiator FAR:FP  <-- NAT:NP to FAR:FP --   row FP, LP    <-- LOCAL:LP to FAR:FP --  endpoint
 *                    -- FAR:FP to NAT:NP -->   for NP        -- FAR:FP to LOCAL:LP -->
 * ```
 *
 * An SCCRP that leaves makes the row. NP tells rows of one far end apart, as the source's key, the
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
import { RowTunnels } from "./row_tunnels.ts";
import { NAT_RULES, type NatRules, type Row } from "./rules.ts";

/** Rows are looked over for dead ones this often, in milliseconds. */
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
  /** Rows by the two ends, and by the address of the far end. */
  readonly #rows = new Map<string, Row>();
  readonly #byFar = new Map<string, Row[]>();
  /** Rows that their far end has not used yet, the oldest first. */
  readonly #unused = new Set<Row>();
  #sweepAt = SWEEP;

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, rules: Partial<NatRules> = {}) {
    this.#config = parseConfig(natConfigSchema, "NAT", config);
    this.#environment = environment;
    this.#rules = { ...NAT_RULES, ...rules };
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
    return this.#rows.size > 0 ? this.#sweepAt : Infinity;
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
    const payload = datagram.slice(w.udpPayload, w.end);
    const type = this.#l2tp.at(payload) ? requestType(this.#l2tp) : -1;
    let row = this.#living(this.#rows.get(keyOf(far, local)), now);
    if (row === undefined && this.#rules.makesRow(type)) row = this.#make(far, local, now);
    if (row === undefined) return trace("no_row", { far, local });
    this.#use(row, payload, true, now);
    const { port } = this.#rules.leavesBy(row);
    this.#out.push({ port, packet: this.#rules.translated(payload), to: far });
  }

  /** From an initiator to the endpoint of its row. */
  #inward(port: string, payload: Uint8Array, now: number, from: Endpoint) {
    const own = this.#config.wan.find((w) => w.port === port);
    const theirs = this.#byFar.get(from.address) ?? [];
    const matching = theirs.filter((r) =>
      r.port === port && this.#rules.matches(r, from, own?.udp ?? 0)
    );
    const found = this.#rules.rowFor(matching, () => [...this.#rows.values()], payload);
    const row = this.#living(found, now);
    if (row === undefined) return this.#environment.trace("no_row", { from, port });
    this.#unused.delete(row);
    this.#use(row, payload, false, now);
    this.#out.push({
      port: "lan",
      packet: udpDatagram({
        ...{ source: from.address, sourcePort: from.port },
        ...{ destination: row.localAddress, destinationPort: row.localPort },
        payload: this.#rules.translated(payload.slice()),
      }),
    });
  }

  #make(to: Endpoint, from: Endpoint, now: number): Row | undefined {
    if (!this.#hasRoom()) {
      this.#environment.trace("no_room", { far: to, local: from });
      return undefined;
    }
    const { farAddress, farPort, localAddress, localPort, natPort, sharesPort } = this.#rules;
    const far = { farAddress: farAddress(to), farPort: farPort(to) };
    const theirs = this.#byFar.get(far.farAddress) ?? [];
    const free = this.#config.wan.filter(({ port }) =>
      theirs.every((row) => row.port !== port || sharesPort(row, far))
    );
    const chosen = natPort(free.map(({ udp }) => udp), from.port);
    const own = free.find(({ udp }) => udp === chosen);
    if (own === undefined) {
      this.#environment.trace("no_port", { far: to, local: from });
      return undefined;
    }
    const row: Row = {
      ...{ ...far, key: keyOf(to, from) },
      ...{ localAddress: localAddress(from), localPort: localPort(from) },
      ...{ port: own.port, natPort: own.udp, usedAt: now, closedAt: Infinity },
      tunnels: new RowTunnels(),
    };
    this.#rows.set(row.key, row);
    this.#unused.add(row);
    this.#byFar.set(row.farAddress, [...theirs, row]);
    this.#environment.trace("row", { ...described(row) });
    return row;
  }

  /** Whether one more row may be made, once the oldest that nobody used has gone if it must. */
  #hasRoom(): boolean {
    if (this.#rows.size < this.#config.rows) return true;
    const [oldest] = this.#unused;
    if (oldest !== undefined) this.#remove(oldest);
    return oldest !== undefined;
  }

  #use(row: Row, payload: Uint8Array, outward: boolean, now: number) {
    row.usedAt = now;
    const change = this.#l2tp.at(payload) ? row.tunnels.pass(this.#l2tp, outward) : undefined;
    if (change === "began") row.closedAt = Infinity;
    const closes = change === "ended" && this.#rules.closes(row.tunnels.size);
    if (closes) row.closedAt = Math.min(row.closedAt, now);
    if (this.#sweepAt <= now) this.#sweepAt = now + SWEEP;
  }

  /** A row that has not lived; one that has is removed, whenever the next sweep may be. */
  #living(row: Row | undefined, now: number): Row | undefined {
    const { closing, idle } = this.#config;
    if (row === undefined || !this.#rules.expires(row, now, closing, idle)) return row;
    this.#remove(row);
    return undefined;
  }

  #sweep(now: number) {
    this.#sweepAt = now + SWEEP;
    for (const row of this.#rows.values()) this.#living(row, now);
  }

  #remove(row: Row) {
    this.#rows.delete(row.key);
    this.#unused.delete(row);
    const rest = this.#byFar.get(row.farAddress)?.filter((other) => other !== row) ?? [];
    if (rest.length > 0) this.#byFar.set(row.farAddress, rest);
    else this.#byFar.delete(row.farAddress);
    this.#environment.trace("row_removed", { ...described(row) });
  }
}

function keyOf(far: Endpoint, local: Endpoint): string {
  return `${far.address}|${far.port}|${local.address}|${local.port}`;
}

/** A row as Table 1 has it, and the port of the NAT. */
function described(row: Row) {
  return {
    far_address: row.farAddress,
    far_port: row.farPort,
    local_address: row.localAddress,
    local_port: row.localPort,
    nat_port: row.natPort,
  };
}
