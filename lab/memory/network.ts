/**
 * The network of the memory world: frames on point-to-point Ethernet links between nodes, taps that
 * record. Virtual time, no kernel.
 */
import type { Impairment, Link, Topology } from "../../suites/kit/topology.ts";
import type { LinkCounters } from "../../suites/kit/evidence.ts";
import type { HostRoute } from "../floating.ts";
import { IpNode } from "./ip_node.ts";
import type { Scheduler } from "./scheduler.ts";

const ETHERNET = 14;
const ETHERNET_MTU = 1500;
/** Milliseconds that a plain wire takes, so that no effect comes at the time of its cause. */
const WIRE_DELAY = 0.01;

/** An interface: one end of a link. */
export interface Interface {
  node: string;
  name: string;
  mac: Uint8Array;
  addresses: string[];
  /** Octets of the largest datagram. */
  mtu: number;
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
      this.nodes.set(name, new IpNode(node.kind === "device", () => scheduler.now, transmit));
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
        mtu: link.mtu ?? ETHERNET_MTU,
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
