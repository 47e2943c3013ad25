/**
 * The wires and IP layers of the memory world: frames on point-to-point Ethernet links, nodes that
 * forward by prefix, taps that record. Virtual time, no kernel.
 */
import { formatAddress } from "../../captures/wire/address.ts";
import { PrefixTable } from "../../peers/prefix_table.ts";
import type { Impairment, Link, Topology } from "../../suites/topology.ts";
import type { LinkCounters } from "../../suites/evidence.ts";
import type { HostRoute } from "../floating.ts";
import type { Scheduler } from "./scheduler.ts";

const ETHERNET = 14;
/** Milliseconds that a plain wire takes, so that no effect comes at the time of its cause. */
const WIRE_DELAY = 0.01;

/** An interface: one end of a link. */
export interface Interface {
  node: string;
  name: string;
  mac: Uint8Array;
  addresses: string[];
  peer: Interface;
  wire: Wire;
  /** Told every frame that leaves or arrives here. */
  taps: ((frame: Uint8Array, at: number) => void)[];
}

/** A link with what it does to frames. */
export class Wire {
  impairment: Impairment;
  readonly counters: LinkCounters = { forwarded: 0, lost: 0, delayed: 0 };
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  /** When each direction's transmitter is free again, by receiving interface. */
  readonly #free = new Map<Interface, number>();

  constructor(link: Link, scheduler: Scheduler, random: () => number) {
    this.impairment = link.impairment ?? {};
    this.#scheduler = scheduler;
    this.#random = random;
  }

  /** Carries a frame to the interface `to`, or loses it. */
  carry(frame: Uint8Array, to: Interface, arrive: (frame: Uint8Array) => void) {
    const { rate, delay = 0, jitter = 0, loss = 0, up = true } = this.impairment;
    if (!up || loss > 0 && this.#random() < loss) {
      this.counters.lost++;
      return;
    }
    const { now } = this.#scheduler;
    const begin = Math.max(now, this.#free.get(to) ?? 0);
    const sent = begin + (rate === undefined ? 0 : frame.length * 8000 / rate);
    this.#free.set(to, sent);
    const extra = delay + (jitter > 0 ? this.#random() * jitter : 0);
    this.counters.forwarded++;
    if (extra > 0) this.counters.delayed++;
    this.#scheduler.at(sent + WIRE_DELAY + extra, () => arrive(frame));
  }
}

/** What a node does with IP datagrams that are for itself or for its tunnels. */
export interface Local {
  /** A datagram for one of the node's own addresses. */
  local(datagram: Uint8Array): void;
  /** A datagram for a tunnelled prefix. */
  tunnelled?(datagram: Uint8Array): void;
}

/** One node's IP layer. */
export class IpNode {
  readonly interfaces: Interface[] = [];
  local: Local = { local() {} };
  /** Takes and sends nothing any more. */
  dead = false;
  /** Routes to single addresses, which may change. */
  readonly #hosts = new Map<string, Interface>();
  readonly #routes = new PrefixTable<Interface | "tunnel">();
  /** Own addresses, and the interface that each belongs to. */
  readonly #own = new Map<string, Interface>();
  readonly #isDevice: boolean;
  readonly #transmit: (from: Interface, datagram: Uint8Array) => void;

  constructor(isDevice: boolean, transmit: (from: Interface, datagram: Uint8Array) => void) {
    this.#isDevice = isDevice;
    this.#transmit = transmit;
  }

  /** Adds an interface with its connected prefixes. */
  attach(iface: Interface) {
    this.interfaces.push(iface);
    for (const address of iface.addresses) {
      this.#own.set(address.split("/")[0], iface);
      this.#routes.add(address, iface);
    }
  }

  /** Routes a prefix to a neighbour or, for devices, into the tunnels. */
  route(prefix: string, to: Interface | "tunnel") {
    const v6 = prefix.includes(":");
    this.#routes.add(prefix === "default" ? (v6 ? "::/0" : "0.0.0.0/0") : prefix, to);
  }

  /** Routes one address to a neighbour from now on. */
  routeHost(address: string, to: Interface) {
    this.#hosts.set(address, to);
  }

  /** Takes a frame off a wire. */
  frame(frame: Uint8Array) {
    if (this.dead) return;
    const datagram = frame.subarray(ETHERNET);
    const destination = destinationOf(datagram);
    if (destination === undefined) return;
    if (this.#own.has(destination)) return this.local.local(datagram);
    this.forward(datagram);
  }

  /** Sends a datagram that passes through this node: one hop less to live. */
  forward(datagram: Uint8Array) {
    const onward = datagram.slice();
    if (!takeHop(onward)) return;
    this.send(onward);
  }

  /** Sends a datagram that this node made. */
  send(datagram: Uint8Array) {
    const destination = destinationOf(datagram);
    if (destination === undefined) return;
    if (this.#own.has(destination)) return this.local.local(datagram);
    const bySource = this.#isDevice ? this.#own.get(sourceOf(datagram)) : undefined;
    const route = bySource ?? this.#hosts.get(destination) ?? this.#routes.find(destination);
    if (route === "tunnel") return this.local.tunnelled?.(datagram);
    if (route !== undefined) this.#transmit(route, datagram);
  }
}

function destinationOf(datagram: Uint8Array): string | undefined {
  const version = datagram[0] >> 4;
  if (version === 4 && datagram.length >= 20) return formatAddress(datagram, 16, 20);
  if (version === 6 && datagram.length >= 40) return formatAddress(datagram, 24, 40);
  return undefined;
}

function sourceOf(datagram: Uint8Array): string {
  return datagram[0] >> 4 === 4 ? formatAddress(datagram, 12, 16) : formatAddress(datagram, 8, 24);
}

/** Takes one off the TTL or hop limit, with the IPv4 checksum mended (RFC 1141); false when it ran out. */
function takeHop(datagram: Uint8Array): boolean {
  if (datagram[0] >> 4 === 6) return --datagram[7] > 0;
  if (datagram[8] <= 1) return false;
  datagram[8]--;
  const sum = (datagram[10] << 8 | datagram[11]) + 0x100;
  const folded = (sum & 0xffff) + (sum >> 16);
  datagram[10] = folded >> 8;
  datagram[11] = folded & 255;
  return true;
}

/** The whole network of a topology. */
export class Network {
  readonly nodes = new Map<string, IpNode>();
  readonly wires = new Map<string, Wire>();
  readonly #interfaces = new Map<string, Interface>();

  readonly #scheduler: Scheduler;

  constructor(topology: Topology, scheduler: Scheduler, random: () => number) {
    this.#scheduler = scheduler;
    const transmit = (from: Interface, datagram: Uint8Array) => this.#transmit(from, datagram);
    for (const [name, node] of Object.entries(topology.nodes)) {
      this.nodes.set(name, new IpNode(node.kind === "device", transmit));
    }
    let serial = 1;
    for (const link of topology.links) {
      const wire = new Wire(link, scheduler, random);
      this.wires.set(link.name, wire);
      const [a, b] = link.ends.map((end): Interface => ({
        node: end.node,
        name: end.interface,
        mac: new Uint8Array([2, 0, 0, 0, serial >> 8, serial++ & 255]),
        addresses: [...end.addresses],
        peer: undefined as unknown as Interface,
        wire,
        taps: [],
      }));
      a.peer = b;
      b.peer = a;
      for (const iface of [a, b]) {
        this.#interfaces.set(`${iface.node}/${iface.name}`, iface);
        this.node(iface.node).attach(iface);
      }
    }
    for (const [name, node] of Object.entries(topology.nodes)) {
      for (const { to, via } of node.routes ?? []) this.#route(name, to, via);
      for (const prefix of node.tunnelled ?? []) this.node(name).route(prefix, "tunnel");
    }
  }

  /** The node of that name. */
  node(name: string): IpNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new RangeError(`Cannot find node "${name}" in the topology`);
    return node;
  }

  /** The interface of that name on that node. */
  interface(node: string, name: string): Interface {
    const found = this.#interfaces.get(`${node}/${name}`);
    if (found === undefined) throw new RangeError(`Cannot find interface "${name}" of "${node}"`);
    return found;
  }

  #transmit(from: Interface, datagram: Uint8Array) {
    const frame = new Uint8Array(ETHERNET + datagram.length);
    frame.set(from.peer.mac, 0);
    frame.set(from.mac, 6);
    frame.set(datagram[0] >> 4 === 6 ? [0x86, 0xdd] : [8, 0], 12);
    frame.set(datagram, ETHERNET);
    for (const tap of from.taps) tap(frame, this.#scheduler.now);
    from.wire.carry(frame, from.peer, (arrived) => {
      for (const tap of from.peer.taps) tap(arrived, this.#scheduler.now);
      this.node(from.peer.node).frame(arrived);
    });
  }

  /** Lets a router send what is for one address to a neighbour, whatever it did before. */
  routeHost({ router, prefix, via }: HostRoute) {
    this.node(router).routeHost(prefix.split("/")[0], this.#towards(router, prefix, via));
  }

  #route(node: string, to: string, via: string) {
    const prefix = to === "default" ? (via.includes(":") ? "::/0" : "0.0.0.0/0") : to;
    this.node(node).route(prefix, this.#towards(node, to, via));
  }

  /** The interface of a node that leads to a neighbour. */
  #towards(node: string, to: string, via: string): Interface {
    const found = this.node(node).interfaces
      .find(({ peer }) => peer.addresses.some((a) => a.split("/")[0] === via));
    if (found !== undefined) return found;
    throw new RangeError(`Cannot route ${to} at "${node}" as no neighbour has the address ${via}`);
  }
}
