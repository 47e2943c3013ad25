/** What kinds with cables ask of a node: that each of its interfaces has one, or is said to have none. */
import type { WorldName } from "../../../suites/kit/world.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { gotUnknown } from "../../../suites/kit/nearest.ts";
import type { Attach } from "./kind.ts";

/** What a device that is only reachable has at an interface of its node. */
export type Reach = NonNullable<Attach<"address">["cables"][string]>;

/** The pairs of addresses by which a node translates, the lab's first. */
export interface AddressPairs {
  device: [string, string][];
  /** The peers, each with the address, in prefix notation, by which the device knows it. */
  peers: [string, string][];
}

const isV6 = (address: string) => address.includes(":");
const bare = (prefix: string) => prefix.split("/")[0];

/** The interfaces of a node. */
export function interfacesOf({ links }: Topology, node: string): string[] {
  return links.flatMap(({ ends }) => ends).filter((end) => end.node === node)
    .map((end) => end.interface);
}

/** Which interface of a node a profile says nothing of, as a sentence's end. */
export function missingCable(
  cables: Readonly<Record<string, unknown>>,
  topology: Topology,
  node: string,
): string | undefined {
  const names = interfacesOf(topology, node);
  const missing = names.filter((name) => !Object.hasOwn(cables, name));
  if (missing.length === 0) return undefined;
  const unknown = Object.keys(cables).find((name) => !names.includes(name));
  const hint = unknown === undefined ? "" : `; ${gotUnknown(unknown, names)}`;
  return `its attach.cables says nothing of ${missing.join(", ")} of ${node} in the lab ` +
    `${topology.name} (null where there is no cable)${hint}`;
}

/** The addresses that are translated at an interface of a node. */
export function pairsOf(
  { addresses, own }: Reach,
  topology: Topology,
  node: string,
  interfaceName: string,
): AddressPairs {
  const ends = topology.links.flatMap(({ ends }) => ends);
  const inLab = ends.filter((end) => end.node === node && end.interface === interfaceName)
    .flatMap((end) => end.addresses.map(bare));
  const peers = ends.filter((end) =>
    end.node !== node && topology.nodes[end.node].kind === "device"
  )
    .flatMap((end) => end.addresses.map(bare));
  return { device: paired(inLab, addresses), peers: paired(peers, own) };
}

/** Pairs those of each IP version in their order; who is left alone is left out. */
function paired(lab: readonly string[], outside: readonly string[]): [string, string][] {
  return [false, true].flatMap((six) => {
    const theirs = outside.filter((address) => isV6(address) === six);
    return lab.filter((address) => isV6(address) === six)
      .flatMap((address, i): [string, string][] => i < theirs.length ? [[address, theirs[i]]] : []);
  });
}

/** What a profile lacks of addresses at a node, as a sentence's end. */
export function addressProblem(
  cables: Readonly<Record<string, Reach | null>>,
  topology: Topology,
  node: string,
): string | undefined {
  for (const [name, reach] of Object.entries(cables)) {
    if (reach === null || !interfacesOf(topology, node).includes(name)) continue;
    const version = reach.addresses.some(isV6) ? "IPv6" : "IPv4";
    const { device, peers } = pairsOf(reach, topology, node, name);
    if (device.length === 0) {
      return `${name} of ${node} has no ${version} address in ${topology.name}`;
    }
    const six = isV6(device[0][0]);
    const needed = topology.links.flatMap(({ ends }) => ends)
      .filter((end) => end.node !== node && topology.nodes[end.node].kind === "device")
      .flatMap((end) => end.addresses).filter((address) => isV6(address) === six);
    if (peers.length < needed.length) {
      return `attach.cables.${name}.own must hold ${needed.length} ${version} addresses, one for each ` +
        `of the peers' in ${topology.name}: got ${reach.own.length}`;
    }
  }
  return undefined;
}

/** What devices that an interface of this machine leads to have in common. */
export const ON_CABLE = {
  plays: "third party",
  supports: (world: WorldName) =>
    world === "netns"
      ? true
      : "an interface can be moved into a real kernel only: use --world netns",
  packages: () => [],
  weight: 1,
  spendsLab: true,
} as const;
