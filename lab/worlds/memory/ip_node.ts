/** The IP layer of a node of the memory world: forwards by prefix, cuts datagrams and joins them. */
import { formatAddress } from "../../../captures/wire/address.ts";
import { fragment } from "../../../captures/wire/fragment.ts";
import * as ipv4 from "../../../captures/wire/ipv4.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import { ETHER_TYPE } from "../../../captures/link.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { Fragments } from "../../../peers/net/fragments.ts";
import { takeHop } from "../../../peers/net/hop.ts";
import { PrefixTable } from "../../../peers/net/prefix_table.ts";
import type { Interface } from "./wire.ts";

/** Octets of an Ethernet header, and of an address in it. */
const ETHERNET = 14, MAC = 6;
const DONT_FRAGMENT = 0x40;

/** Destinations whose routes a node remembers. */
const MOST_FOUND = 4096;

/** What a node does with IP datagrams that are for itself or for its tunnels. */
export interface Local {
  /** A datagram for one of the node's own addresses, whole. */
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
  /** What was found in the table: datagrams go to few places. */
  readonly #found = new Map<string, Interface | "tunnel" | undefined>();
  /** Own addresses, and the interface that each belongs to. */
  readonly #own = new Map<string, Interface>();
  readonly #isDevice: boolean;
  readonly #now: () => number;
  readonly #transmit: (from: Interface, datagram: Uint8Array) => void;
  readonly #walker = new HeaderWalker();
  readonly #fragments = new Fragments();
  /** Of the last datagram that was cut here. */
  #identification = 0;

  constructor(
    isDevice: boolean,
    now: () => number,
    transmit: (from: Interface, datagram: Uint8Array) => void,
  ) {
    this.#isDevice = isDevice;
    this.#now = now;
    this.#transmit = transmit;
  }

  /** Adds an interface with its connected prefixes. */
  attach(iface: Interface) {
    this.interfaces.push(iface);
    for (const address of iface.addresses) {
      this.#own.set(address.split("/")[0], iface);
      this.#routes.add(address, iface);
    }
    this.#found.clear();
  }

  /** Routes a prefix to a neighbour or, for devices, into the tunnels. */
  route(prefix: string, to: Interface | "tunnel") {
    const v6 = prefix.includes(":");
    this.#routes.add(prefix === "default" ? (v6 ? "::/0" : "0.0.0.0/0") : prefix, to);
    this.#found.clear();
  }

  /** Routes one address to a neighbour from now on. */
  routeHost(address: string, to: Interface) {
    this.#hosts.set(address, to);
  }

  /** Takes a frame off a wire. @param mac Address of the interface: what is for another is none of its. */
  frame(frame: Uint8Array, mac: Uint8Array) {
    if (this.dead || !isFor(mac, frame)) return;
    const datagram = frame.subarray(ETHERNET);
    const destination = destinationOf(datagram);
    if (destination === undefined) return;
    if (this.#own.has(destination)) return this.#deliver(datagram);
    this.forward(datagram);
  }

  /** Sends a datagram that passes through this node: one hop less to live. */
  forward(datagram: Uint8Array) {
    const onward = datagram.slice();
    if (takeHop(onward)) this.#send(onward, true);
  }

  /** Sends octets by the node's first interface as if they were a datagram, whatever they are. */
  sendRaw(datagram: Uint8Array) {
    this.#transmit(this.interfaces[0], datagram);
  }

  /** Sends a datagram that this node made, in fragments where it is larger than the link's MTU. */
  send(datagram: Uint8Array) {
    this.#send(datagram, false);
  }

  #send(datagram: Uint8Array, passes: boolean) {
    const destination = destinationOf(datagram);
    if (destination === undefined) return;
    if (this.#own.has(destination)) return this.#deliver(datagram);
    const bySource = this.#isDevice ? this.#own.get(sourceOf(datagram)) : undefined;
    const route = bySource ?? this.#hosts.get(destination) ?? this.#find(destination);
    if (route === "tunnel") return this.local.tunnelled?.(datagram);
    if (route === undefined) return;
    if (datagram.length <= route.mtu) return this.#transmit(route, datagram);
    for (const piece of this.#cut(datagram, route.mtu, passes)) this.#transmit(route, piece);
  }

  #find(destination: string): Interface | "tunnel" | undefined {
    let route = this.#found.get(destination);
    if (route !== undefined || this.#found.has(destination)) return route;
    route = this.#routes.find(destination);
    if (this.#found.size >= MOST_FOUND) this.#found.clear();
    this.#found.set(destination, route);
    return route;
  }

  /** Gives what is for this node to its applications, which see no fragments. */
  #deliver(datagram: Uint8Array) {
    const w = this.#walker;
    const seen = w.walkIp(datagram, viewOf(datagram), 0, datagram.length);
    const cut = seen && (w.moreFragments || w.fragmentOffset > 0);
    const whole = cut ? this.#fragments.add(datagram, w, this.#now()) : datagram;
    if (whole !== undefined) this.local.local(whole);
  }

  /** Fragments for a link, or nothing where they are forbidden; nobody is told by ICMP. */
  #cut(datagram: Uint8Array, mtu: number, passes: boolean): Uint8Array[] {
    const v6 = datagram[0] >> 4 === 6;
    if (v6 ? passes : (datagram[6] & DONT_FRAGMENT) !== 0) return [];
    this.#identification = this.#identification + 1 & 0xffff || 1;
    const named = passes || v6 ? datagram : datagram.slice();
    // A kernel numbers what it must cut.
    if (!passes && !v6) put16(named, ipv4.OFFSET.identification, this.#identification);
    return fragment(named, mtu, this.#identification);
  }
}

/** Whether a frame holds an IP datagram, and is for this address or for a group. */
function isFor(mac: Uint8Array, frame: Uint8Array): boolean {
  if ((frame[0] & 1) === 0) { for (let i = 0; i < MAC; i++) if (frame[i] !== mac[i]) return false; }
  const type = frame[2 * MAC] << 8 | frame[2 * MAC + 1];
  return type === ETHER_TYPE.IPV4 || type === ETHER_TYPE.IPV6;
}

/** Where a datagram goes as text; undefined where it has no whole IP header. */
export function destinationOf(datagram: Uint8Array): string | undefined {
  const version = datagram[0] >> 4;
  if (version === 4 && datagram.length >= 20) return formatAddress(datagram, 16, 20);
  if (version === 6 && datagram.length >= 40) return formatAddress(datagram, 24, 40);
  return undefined;
}

function sourceOf(datagram: Uint8Array): string {
  return datagram[0] >> 4 === 4 ? formatAddress(datagram, 12, 16) : formatAddress(datagram, 8, 24);
}
