/**
 * Who shares an Ethernet in a lab: a link joins two interfaces, and a device that passes whole frames
 * joins its links to one.
 */
import type { LinkEnd, Topology } from "./topology.ts";

/** One end of a link: the link's position in the topology, and which of its ends. */
export interface EndPlace {
  link: number;
  side: 0 | 1;
}

/**
 * Whether an interface carries whole frames between a wire and the machine of a device: it has no
 * address, so that nothing is sent to it, and the IP layer of its node takes no part.
 */
export function isFramePort({ nodes }: Topology, { node, addresses }: LinkEnd): boolean {
  return nodes[node]?.kind === "device" && addresses.length === 0;
}

/** Whether a device has interfaces that carry whole frames, and no others: it has no IP layer then. */
export function isBridge(topology: Topology, node: string): boolean {
  const own = topology.links.flatMap(({ ends }) => ends).filter((end) => end.node === node);
  return own.length > 0 && own.every((end) => isFramePort(topology, end));
}

/** The interfaces with an IP layer that share an Ethernet, by link; topologies never change. */
const ETHERNETS = new WeakMap<Topology, readonly (readonly EndPlace[])[]>();

/** The interfaces with an IP layer on the Ethernet that a link belongs to. */
export function ethernetOf(topology: Topology, link: number): readonly EndPlace[] {
  let ethernets = ETHERNETS.get(topology);
  if (ethernets === undefined) ETHERNETS.set(topology, ethernets = ethernetsOf(topology));
  return ethernets[link];
}

/** The interfaces that frames of an interface may be for: the others on its Ethernet that have an IP layer. */
export function neighboursOf(topology: Topology, { link, side }: EndPlace): EndPlace[] {
  return ethernetOf(topology, link).filter((place) => place.link !== link || place.side !== side);
}

function ethernetsOf(topology: Topology): (readonly EndPlace[])[] {
  const { links } = topology, groups = links.map((_, link) => link);
  const rootOf = (link: number) => {
    let root = link;
    while (groups[root] !== root) root = groups[root] = groups[groups[root]];
    return root;
  };
  const linkOf = new Map<string, number>(), members = new Map<number, EndPlace[]>();
  links.forEach(({ ends }, link) => {
    for (const end of ends.filter((end) => isFramePort(topology, end))) {
      groups[rootOf(link)] = rootOf(linkOf.get(end.node) ?? link);
      linkOf.set(end.node, link);
    }
  });
  return links.map(({ ends }, link) => {
    const root = rootOf(link), ethernet = members.get(root) ?? [];
    members.set(root, ethernet);
    ends.forEach((end, i) => {
      if (!isFramePort(topology, end)) ethernet.push({ link, side: i === 0 ? 0 : 1 });
    });
    return ethernet;
  });
}
