/**
 * The labs of source 004 with what tunnels are for: clients behind three initiators, and a server
 * behind the three endpoints.
 *
 * ```text
 *  client1a 172.16.11.2 ─┐                                            ┌─ endpoint1 ─ 172.31.1/24 ─┐
 *  client1b 172.16.12.2 ─┼─ initiator  ═╗                             │                           │
 *  client1c 172.16.13.2 ─┘              ╠═ figure 2 or 4 of source 004┼─ endpoint2 ─ 172.31.2/24 ─┼ servers ─ server
 *  client2a 172.16.21.2 ─── initiator2 ═╣                             │                           │    172.31.0.2
 *  …                                  … ╝                             └─ endpoint3 ─ 172.31.3/24 ─┘
 * ```
 *
 * The router "servers" sends what is for a client to the endpoint that its tunnel ends at, as the
 * scenario arranges: in a network of operators that is a matter of address pools or of routing.
 */
import type { Link, TapPoint, Topology, TopologyNode } from "../kit/topology.ts";
import { ADDRESS, end, ENDPOINTS, FIGURE_2, FIGURE_4, link, type Part } from "./topologies.ts";

/** Where the server stands, and the network of all servers. */
export const SERVER = "172.31.0.2";
const SERVER_NET = "172.31.0.0/16", CLIENT_NET = "172.16.0.0/16";

/** The initiators: node, address, and the tap at its outer link. */
export const INITIATORS = [
  { node: "initiator", address: ADDRESS.initiator, tap: "ext-i" },
  { node: "initiator2", address: ADDRESS.initiator2, tap: "ext-i2" },
  { node: "initiator3", address: "198.51.111.2", tap: "ext-i3" },
] as const;

/** A client behind an initiator. */
export interface Client {
  /** Node, and the name by which it proves who it is; its tap has the name too. */
  name: string;
  /** Position of its initiator, from 0. */
  initiator: number;
  address: string;
  /** Its network. */
  prefix: string;
  /** Which of its initiator's tunnels it shares with others. */
  tunnel: number;
}

/** Three clients of each initiator: the first two share a tunnel. */
export const CLIENTS: readonly Client[] = INITIATORS.flatMap((_, initiator) =>
  ["a", "b", "c"].map((letter, k) => {
    const net = `172.16.${(initiator + 1) * 10 + k + 1}`;
    return {
      ...{ name: `client${initiator + 1}${letter}`, initiator, address: `${net}.2` },
      ...{ prefix: `${net}.0/24`, tunnel: letter === "c" ? 1 : 0 },
    };
  })
);

/** The labs: figures 2 and 4, and figure 2 with master and NAT in one box behind one address. */
export type DataPathVariant = "NAT" | "global" | "shared";

/**
 * The order in which the clients come, so that with endpoints in turn each initiator has tunnels to two
 * endpoints and each endpoint tunnels from two initiators, and that nothing changes for an initiator
 * that opens another tunnel for each client.
 */
export const ORDER: readonly string[] = [
  ...["client1a", "client2a", "client3a"],
  ...["client2c", "client3c", "client1c"],
  ...["client1b", "client2b", "client3b"],
];

type Endpoint = (typeof ENDPOINTS)[number];

/**
 * The number of the endpoint that serves a client. Behind a shared address all tunnels of an
 * initiator end at one endpoint, by the policy that derives it from the initiator's address.
 */
export function endpointOf({ name, initiator }: Client, variant: DataPathVariant): Endpoint {
  if (variant === "shared") return ([2, 1, 3] as const)[initiator];
  return ENDPOINTS[ORDER.indexOf(name) % ENDPOINTS.length];
}

/** Clients with their links, and the third initiator. */
function clientSide(): Part {
  const nodes: Record<string, TopologyNode> = {};
  const links: Link[] = [];
  const taps: TapPoint[] = [];
  for (const { name, initiator, address } of CLIENTS) {
    const near = address.replace(/2$/, "1"), { node } = INITIATORS[initiator];
    nodes[name] = { kind: "host", routes: [{ to: "default", via: near }] };
    links.push(link(name, end(name, "eth0", address), end(node, `lan_${name.at(-1)}`, near)));
    taps.push({ name, node: name, interface: "eth0", side: "lan" });
  }
  const { node, address, tap } = INITIATORS[2], gateway = "198.51.111.1";
  links.push(link("i3", end(node, "wan0", address), end("network", "to_i3", gateway)));
  taps.push({ name: tap, node, interface: "wan0", side: "wan" });
  for (const { node, address } of INITIATORS) {
    const via = address.replace(/2$/, "1");
    nodes[node] = {
      kind: "device",
      routes: [{ to: "default", via }],
      tunnelled: [SERVER_NET],
    };
  }
  return { nodes, links, taps };
}

/** The server, its router, and the endpoints with a link to it. */
function serverSide(base: Topology, variant: DataPathVariant): Part {
  const links = [link("srv", end("server", "eth0", SERVER), end("servers", "eth0", "172.31.0.1"))];
  const taps: TapPoint[] = [{ name: "server", node: "server", interface: "eth0", side: "lan" }];
  const nodes: Record<string, TopologyNode> = {
    server: { kind: "host", routes: [{ to: "default", via: "172.31.0.1" }] },
    servers: {
      kind: "router",
      routes: CLIENTS.map((client) => ({
        to: client.prefix,
        via: `172.31.${endpointOf(client, variant)}.1`,
      })),
    },
  };
  for (const n of ENDPOINTS) {
    const node = `endpoint${n}`, far = `172.31.${n}.254`, { routes = [] } = base.nodes[node];
    nodes[node] = {
      kind: "device",
      routes: [...routes, { to: SERVER_NET, via: far }],
      tunnelled: [CLIENT_NET],
    };
    links.push(
      link(`srv${n}`, end(node, "srv0", `172.31.${n}.1`), end("servers", `to_e${n}`, far)),
    );
    taps.push({ name: `srv-e${n}`, node, interface: "srv0", side: "lan" });
  }
  return { nodes, links, taps };
}

/** Figure 2 with the NAT's box in the place of the master too. */
function withoutMaster(base: Topology): Topology {
  const { master: _, ...nodes } = base.nodes;
  const others = base.links.filter(({ ends }) => ends.every(({ node }) => node !== "master"));
  const addressed = ({ name, ends: [nat, network] }: Link) =>
    link(name, { ...nat, addresses: [`${ADDRESS.master}/24`, ...nat.addresses] }, network);
  return {
    ...base,
    // The address is on the NAT's own link: no route leads to it.
    nodes: { ...nodes, network: { ...nodes.network, routes: [] } },
    links: others.map((each) => each.name === "n" ? addressed(each) : each),
    taps: base.taps.filter(({ node }) => node !== "master"),
  };
}

function dataPath(base: Topology, variant: DataPathVariant, name: string, title: string): Topology {
  const clients = clientSide(), servers = serverSide(base, variant);
  return {
    ...{ name, title },
    nodes: { ...base.nodes, ...clients.nodes, ...servers.nodes },
    links: [...base.links, ...clients.links, ...servers.links],
    taps: [...base.taps, ...clients.taps, ...servers.taps],
  };
}

/** The labs by variant. */
export const DATA_PATH_LABS: Readonly<Record<DataPathVariant, Topology>> = {
  NAT: dataPath(
    FIGURE_2,
    "NAT",
    "figure_2_clients",
    "Clients and a server, endpoints behind a NAT",
  ),
  global: dataPath(
    FIGURE_4,
    "global",
    "figure_4_clients",
    "Clients and a server, endpoints with global addresses",
  ),
  shared: dataPath(
    withoutMaster(FIGURE_2),
    "shared",
    "figure_2_shared",
    "Clients and a server, endpoints behind a NAT that has the master address",
  ),
};
