/**
 * What a lab is made of between its devices and hosts: *segments*, each of links that routers of ours
 * join. What leaves an interface at the edge of a segment arrives at another edge, unless a link of
 * the segment counts it as lost; nothing that a device does to packets happens within one.
 */
import { parseAddress } from "../../../captures/wire/address.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { PrefixTable } from "../../../peers/net/prefix_table.ts";
import { type EndPlace, ethernetOf, isFramePort } from "../../kit/ethernet.ts";
import type { LinkEnd, Topology } from "../../kit/topology.ts";
import { addressKey } from "./fingerprint.ts";

/** Octets of the largest datagram of a link that does not say. */
const ETHERNET_MTU = 1500;

/** A capture of an interface at the edge of a segment. */
export interface EdgeTap {
  name: string;
  node: string;
  /** Its position among the taps of the topology. */
  index: number;
  /** Both ends of its link as `linkEndAt` numbers them: that which is captured, and the other. */
  near: number;
  far: number;
  /**
   * The end by whose Ethernet address frames are told to be of this link: the other one, unless a device
   * is there that passes whole frames and whose address stands in none.
   */
  known: number;
  /** The ends that devices which pass whole frames join to this link: frames of all may be on it. */
  ethernet: readonly EndPlace[];
  /** The host at either end of the link, and whether it is the captured one. */
  host?: { node: string; isNear: boolean };
  segment: Segment;
}

/** Links that routers join, or one link that joins devices and hosts. */
export interface Segment {
  /** Names of its links. */
  links: string[];
  /** Its captures, by position among the taps of the topology. */
  taps: number[];
  /** By key of an address: the tap at the edge that it is at, or that routers lead to. */
  tapOf: Map<number, number>;
  /** Keys of the addresses whose senders no tap captures: hosts without one, and routers. */
  unseen: Set<number>;
  /** Keys of all addresses of the lab: nobody drops a packet for coming from one of them. */
  known: ReadonlySet<number>;
  /** Hosts without a tap. */
  hosts: string[];
  /** Whether devices without a tap are at its edge: what comes from these left no trace. */
  isOpen: boolean;
  /** Octets of the largest datagram that every one of its links carries. */
  mtu: number;
}

/** By topology, as many scenarios share one. */
const EDGES = new WeakMap<Topology, readonly (EdgeTap | undefined)[]>();

/**
 * The taps of a topology in their places, in its order; undefined for one at a router. Empty where
 * the topology makes no sense: a record may say anything.
 */
export function edgeTaps(topology: Topology): readonly (EdgeTap | undefined)[] {
  let edges = EDGES.get(topology);
  if (edges === undefined) {
    try {
      edges = edgesOf(topology);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      edges = [];
    }
    EDGES.set(topology, edges);
  }
  return edges;
}

function edgesOf(topology: Topology): (EdgeTap | undefined)[] {
  const segments = segmentsOf(topology);
  const isHost = ({ node }: LinkEnd) => topology.nodes[node]?.kind === "host";
  const edges = topology.taps.map(({ name, node, interface: port }, index) => {
    const isHere = (end: LinkEnd) => end.node === node && end.interface === port;
    const link = topology.links.findIndex(({ ends }) => ends.some(isHere));
    // A router is within a segment, not at its edge.
    if (link < 0 || topology.nodes[node]?.kind === "router") return undefined;
    const { ends } = topology.links[link], side = ends.findIndex(isHere);
    const near = ends[side], far = ends[1 - side], segment = segments[link];
    const host = isHost(near) ? near : isHost(far) ? far : undefined;
    segment.taps.push(index);
    for (const key of keysOf(near.addresses)) segment.tapOf.set(key, index);
    return {
      ...{ name, node, index, near: 2 * link + side, far: 2 * link + 1 - side, segment },
      known: 2 * link + (isFramePort(topology, ends[1 - side]) ? side : 1 - side),
      ethernet: ethernetOf(topology, link),
      ...(host === undefined ? {} : { host: { node: host.node, isNear: host === near } }),
    };
  });
  noteUnseen(topology, segments, edges);
  for (const segment of new Set(segments)) {
    noteRoutes(topology, segments.map((other) => other === segment), segment);
  }
  return edges;
}

/** The segment of every link. */
function segmentsOf(topology: Topology): Segment[] {
  const groups: number[] = topology.links.map((_, link) => link);
  const byRouter = new Map<string, number>();
  topology.links.forEach(({ ends }, link) => {
    for (const { node } of ends) {
      if (topology.nodes[node]?.kind !== "router") continue;
      const known = byRouter.get(node);
      if (known === undefined) byRouter.set(node, link);
      else {
        const [from, to] = [groups[link], groups[known]];
        groups.forEach((group, i) => {
          if (group === from) groups[i] = to;
        });
      }
    }
  });
  const known = new Set(keysOf([
    ...topology.links.flatMap(({ ends }) => ends).flatMap(({ addresses }) => addresses),
    ...Object.keys(topology.floating ?? {}),
    ...Object.values(topology.nodes).flatMap(({ tunnelled = [] }) => tunnelled),
  ]));
  const segments = new Map<number, Segment>();
  return topology.links.map(({ name, mtu = ETHERNET_MTU }, i) => {
    let segment = segments.get(groups[i]);
    if (segment === undefined) {
      segment = {
        ...{ links: [], taps: [], tapOf: new Map(), unseen: new Set(), known },
        ...{ hosts: [], isOpen: false, mtu },
      };
      segments.set(groups[i], segment);
    }
    segment.links.push(name);
    segment.mtu = Math.min(segment.mtu, mtu);
    return segment;
  });
}

/** Notes at each segment who sends into it without being captured there. */
function noteUnseen(
  topology: Topology,
  segments: readonly Segment[],
  edges: readonly (EdgeTap | undefined)[],
): void {
  topology.links.forEach(({ ends }, link) => {
    ends.forEach(({ node, addresses }, side) => {
      const segment = segments[link], kind = topology.nodes[node]?.kind;
      if (edges.some((edge) => edge?.near === 2 * link + side)) return;
      for (const key of keysOf(addresses)) segment.unseen.add(key);
      if (kind === "device") segment.isOpen = true;
      if (kind === "host") segment.hosts.push(node);
    });
  });
}

/**
 * Notes at which edge packets leave a segment that have their destination beyond it.
 * @param isOfSegment Whether a link of the topology, by its position, belongs to the segment.
 */
function noteRoutes(
  topology: Topology,
  isOfSegment: readonly boolean[],
  { tapOf, unseen }: Segment,
): void {
  const ends = topology.links.filter((_, link) => isOfSegment[link]).flatMap(({ ends }) => ends);
  const routers = new Set(
    ends.map(({ node }) => node).filter((node) => topology.nodes[node]?.kind === "router"),
  );
  // Where there are several routers in a row, only what is at an edge has its place.
  if (routers.size !== 1) return;
  const [router] = routers, { routes = [] } = topology.nodes[router];
  const table = new PrefixTable<string>();
  for (const { addresses, node } of ends) {
    if (node === router) addresses.forEach((prefix) => table.add(prefix, ""));
  }
  for (const { to, via } of routes) {
    if (to !== "default") table.add(to, via);
    else table.add(via.includes(":") ? "::/0" : "0.0.0.0/0", via);
  }
  const floating = Object.keys(topology.floating ?? {});
  const known = topology.links.flatMap(({ ends }) => ends).flatMap(({ addresses }) => addresses);
  const single = routes.map(({ to }) => to).filter((to) => /^[^/]+\/(32|128)$/.test(to));
  for (const address of [...known, ...single].map((prefix) => prefix.split("/")[0])) {
    const [key] = keysOf([address]);
    if (floating.includes(address) || unseen.has(key) || tapOf.has(key)) continue;
    const via = table.find(address);
    const tap = via === undefined || via === "" ? undefined : tapOf.get(keysOf([via])[0]);
    if (tap !== undefined) tapOf.set(key, tap);
  }
}

/** The keys of addresses, with or without prefix lengths. @throws {TypeError} when one is none. */
function keysOf(addresses: readonly string[]): number[] {
  return addresses.map((address) => {
    const octets = parseAddress(address.split("/")[0]);
    return addressKey(viewOf(octets), 0, octets.length);
  });
}
