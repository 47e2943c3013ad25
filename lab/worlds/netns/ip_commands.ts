import { formatMac } from "../../../captures/wire/address.ts";
import { isBridge, isFramePort, neighboursOf } from "../../../suites/kit/ethernet.ts";
import { linkAddress } from "../../../suites/kit/link_address.ts";
import type { Impairment, Topology } from "../../../suites/kit/topology.ts";
import { ipVersion } from "../../kernel/address.ts";

/** The interface that a device's tunnelled prefixes are routed into. */
export const LAN_PORT = "plumb0";
/** Where the LAN port is a veth pair: its other end, which the device reads and writes. */
export const LAN_PORT_FAR_END = "plumb1";
/** Ethernet addresses of that pair. */
export const LAN_PORT_MAC = "02:50:4c:ff:00:00";
export const LAN_PORT_FAR_MAC = "02:50:4c:ff:00:01";
/** Datagrams that wait in the LAN port while the device is busy. */
const LAN_PORT_QUEUE = 20_000;

/** A wire that is not plain: its two ends in the lab's own namespace, joined by our emulation. */
export interface EmulatedWire {
  link: string;
  ends: readonly [string, string];
  impairment: Impairment;
}

/** Ethernet address of one end of a link, as text. */
export function macOf(link: number, end: 0 | 1): string {
  return formatMac(linkAddress(link, end));
}

/** Links that need our emulation: those with an impairment, and those that `also` names. */
export function emulatedWires(topology: Topology, also: ReadonlySet<string>): EmulatedWire[] {
  return topology.links.flatMap((link, i) =>
    link.impairment === undefined && !also.has(link.name) ? [] : [{
      link: link.name,
      ends: [`wire${i}a`, `wire${i}b`] as const,
      impairment: link.impairment ?? {},
    }]
  );
}

/** Octets of the largest datagram of a plain link, and of the VLAN tags in front of one at most. */
const ETHERNET_MTU = 1500, TAGS = 3 * 4;
/** Octets of the largest datagram that a veth pair takes. */
const MOST_MTU = 65_535;

/** `ip` commands that make the veth pairs, each end in the namespace of its node. */
export function linkCommands(topology: Topology, wires: readonly EmulatedWire[]): string[] {
  return topology.links.flatMap((link, i) => {
    const [a, b] = link.ends;
    const wire = wires.find((wire) => wire.link === link.name);
    const mtu = link.mtu === undefined ? "" : ` mtu ${link.mtu}`;
    const near = `link add name ${a.interface} address ${macOf(i, 0)} netns ${a.node}${mtu}`;
    const far = `name ${b.interface} address ${macOf(i, 1)} netns ${b.node}${mtu}`;
    if (wire === undefined) return [`${near} type veth peer ${far}`];
    const [left, right] = wire.ends;
    // A packet socket gives the kernel no frame above the MTU, and counts all tags but one to it.
    const room = ` mtu ${Math.min((link.mtu ?? ETHERNET_MTU) + TAGS, MOST_MTU)}`;
    return [
      `${near} type veth peer name ${left}${room}`,
      `link add ${far} type veth peer name ${right}${room}`,
      `link set ${left} up`,
      `link set ${right} up`,
    ];
  });
}

/** `ip` commands that give one node its addresses, neighbours and routes. */
export function nodeCommands(topology: Topology, node: string): string[] {
  const commands = ["link set lo up"];
  topology.links.forEach((link) => {
    for (const end of link.ends) {
      if (end.node !== node) continue;
      // The kernel neither asks nor answers where whole frames are a machine's.
      const deaf = isFramePort(topology, end) ? " arp off" : "";
      commands.push(`link set ${end.interface}${deaf} up`);
      for (const address of end.addresses) {
        const quiet = ipVersion(address) === 6 ? " nodad" : "";
        commands.push(`address add ${address} dev ${end.interface}${quiet}`);
      }
    }
  });
  commands.push(...neighbourCommands(topology, node));
  const { routes = [], tunnelled = [] } = topology.nodes[node];
  commands.push(...routes.map(({ to, via }) => `route replace ${versioned(to, via)} via ${via}`));
  commands.push(...tunnelled.map((prefix) => `route replace ${prefix} dev ${LAN_PORT}`));
  return commands;
}

/** `default` alone would mean IPv4 only. */
function versioned(to: string, via: string): string {
  if (to !== "default") return to;
  return ipVersion(via) === 6 ? "::/0" : "0.0.0.0/0";
}

/** `ip` commands that tell a node the Ethernet addresses of its neighbours. */
export function neighbourCommands(topology: Topology, node: string): string[] {
  return topology.links.flatMap((link, i) =>
    link.ends.flatMap((end, side) => {
      if (end.node !== node || isFramePort(topology, end)) return [];
      return neighboursOf(topology, { link: i, side: side === 0 ? 0 : 1 }).flatMap((far) =>
        topology.links[far.link].ends[far.side].addresses.map((address) =>
          `neighbour replace ${address.split("/")[0]} lladdr ${macOf(far.link, far.side)} ` +
          `dev ${end.interface} nud permanent`
        )
      );
    })
  );
}

/** The MTU of the link at an interface of a node. */
export function linkFacts({ links }: Topology, node: string, name: string): { mtu: number } {
  const link = links.find(({ ends }) =>
    ends.some((end) => end.node === node && end.interface === name)
  );
  return { mtu: link?.mtu ?? ETHERNET_MTU };
}

/** First of the routing tables of a device, one for each of its links. */
const FIRST_TABLE = 100;

/**
 * `ip` commands by IP version that let a device send from each of its addresses through the link
 * that has it: access networks are chosen by the source address.
 */
export function sourceRouteCommands(
  topology: Topology,
  node: string,
): { rules: Record<4 | 6, string[]>; routes: string[] } {
  const rules: Record<4 | 6, string[]> = { 4: [], 6: [] };
  const routes: string[] = [];
  topology.links.forEach((link, i) => {
    link.ends.forEach((end, side) => {
      if (end.node !== node) return;
      const table = FIRST_TABLE + i;
      const others = link.ends[1 - side].addresses.map((address) => address.split("/")[0]);
      for (const address of end.addresses) {
        const version = ipVersion(address);
        const gateway = others.find((other) => ipVersion(other) === version);
        if (gateway === undefined) continue;
        rules[version].push(`rule add from ${address.split("/")[0]} lookup ${table}`);
        const to = version === 6 ? "::/0" : "0.0.0.0/0";
        routes.push(`route replace ${to} via ${gateway} dev ${end.interface} table ${table}`);
      }
    });
  });
  return { rules, routes };
}

/** Whether a node has a LAN port: a device that has an IP layer. */
export function hasLanPort(topology: Topology, node: string): boolean {
  return topology.nodes[node].kind === "device" && !isBridge(topology, node);
}

/** `ip` commands for the LAN port of a device; the TUN device itself is made by the caller. */
export function lanPortCommands(tun: boolean): string[] {
  const up = `link set ${LAN_PORT} txqueuelen ${LAN_PORT_QUEUE} up`;
  if (tun) return [up];
  return [
    `link add name ${LAN_PORT} address ${LAN_PORT_MAC} type veth ` +
    `peer name ${LAN_PORT_FAR_END} address ${LAN_PORT_FAR_MAC}`,
    // Without ARP the kernel sends to its own address, which the far end does not take for its own:
    // only the device, by its packet socket, sees what is routed here.
    `link set ${LAN_PORT} arp off`,
    `link set ${LAN_PORT_FAR_END} arp off`,
    `link set ${LAN_PORT_FAR_END} up`,
    up,
  ];
}
