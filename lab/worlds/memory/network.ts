/**
 * The network of the memory world: frames on point-to-point Ethernet links between nodes, taps that
 * record. Virtual time, no kernel.
 */
import { isFramePort, neighboursOf } from "../../../suites/kit/ethernet.ts";
import { linkAddress } from "../../../suites/kit/link_address.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import type { HostRoute } from "../floating.ts";
import { destinationOf, IpNode } from "./ip_node.ts";
import type { Scheduler } from "./scheduler.ts";
import { type Interface, Wire } from "./wire.ts";

/** Octets of an Ethernet header, of an address in it, and of a VLAN tag. */
const ETHERNET = 14, MAC = 6, TAG = 4;
const ETHERNET_MTU = 1500;
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
    const ends: Interface[][] = [];
    for (const [index, link] of topology.links.entries()) {
      const wire = new Wire(link, scheduler, random);
      this.wires.set(link.name, wire);
      const [a, b] = link.ends.map((end, side): Interface => ({
        node: end.node,
        name: end.interface,
        mac: linkAddress(index, side === 0 ? 0 : 1),
        addresses: [...end.addresses],
        mtu: link.mtu ?? ETHERNET_MTU,
        tso: end.tso === true,
        peer: undefined as unknown as Interface,
        neighbours: [],
        wire,
        taps: [],
      }));
      a.peer = b;
      b.peer = a;
      ends.push([a, b]);
      [a, b].forEach((iface, side) => {
        this.#interfaces.set(`${iface.node}/${iface.name}`, iface);
        // Until its device takes them, frames that come to a port of whole frames are lost.
        if (isFramePort(topology, link.ends[side])) iface.port = () => {};
        else this.node(iface.node).attach(iface);
      });
    }
    ends.forEach((pair, link) =>
      pair.forEach((iface, i) => {
        const side = i === 0 ? 0 : 1;
        iface.neighbours = neighboursOf(topology, { link, side })
          .map((place) => ends[place.link][place.side]);
      })
    );
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
    const { mac } = neighbourFor(from, datagram), { mac: source } = from;
    const isIpv6 = datagram[0] >> 4 === 6;
    // Octet by octet: a copy of six costs more to begin than to make.
    for (let i = 0; i < MAC; i++) {
      frame[i] = mac[i];
      frame[MAC + i] = source[i];
    }
    frame[2 * MAC] = isIpv6 ? 0x86 : 0x08;
    frame[2 * MAC + 1] = isIpv6 ? 0xdd : 0x00;
    frame.set(datagram, ETHERNET);
    this.#carry(from, frame);
  }

  /** Sends a frame as it is: its octets belong to the network from now on. One that does not fit is lost. */
  sendFrame(from: Interface, frame: Uint8Array) {
    if (this.fits(from, frame) && !this.node(from.node).dead) this.#carry(from, frame);
  }

  /** Whether an interface can send a frame: like a kernel it leaves room for one tag of a customer. */
  fits({ mtu }: Interface, frame: Uint8Array): boolean {
    const isTagged = frame[2 * MAC] === 0x81 && frame[2 * MAC + 1] === 0;
    return frame.length >= ETHERNET && frame.length <= ETHERNET + mtu + (isTagged ? TAG : 0);
  }

  #carry(from: Interface, frame: Uint8Array) {
    const { peer } = from;
    for (const tap of from.taps) tap(frame, this.#scheduler.now);
    from.wire.carry(frame, peer, (arrived) => {
      for (const tap of peer.taps) tap(arrived, this.#scheduler.now);
      if (peer.port === undefined) this.node(peer.node).frame(arrived, peer.mac);
      else peer.port(arrived);
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
      .find(({ neighbours }) => neighbours.some((far) => hasAddress(far, via)));
    if (found !== undefined) return found;
    throw new RangeError(`Cannot route ${to} at "${node}" as no neighbour has the address ${via}`);
  }
}

const hasAddress = ({ addresses }: Interface, address: string) =>
  addresses.some((one) => one.split("/")[0] === address);

/** Whom a datagram is sent to on an Ethernet: who has its destination, or the first there is. */
function neighbourFor({ neighbours, peer }: Interface, datagram: Uint8Array): Interface {
  if (neighbours.length <= 1) return neighbours[0] ?? peer;
  const destination = destinationOf(datagram);
  return neighbours.find((far) => destination !== undefined && hasAddress(far, destination)) ??
    neighbours[0];
}
