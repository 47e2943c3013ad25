/**
 * The labs of source 002. A network card is a device between a host and a network: whole Ethernet frames
 * pass it, so that both are on one IP network. Addresses: 10.2.0.0/24, IPv6 likewise under fd00:2:0.
 */
import type { Topology } from "../kit/topology.ts";

/** Addresses of host and network, IPv4 and IPv6. */
export const ADDRESSES = {
  host: { 4: "10.2.0.1", 6: "fd00:2::1" },
  network: { 4: "10.2.0.2", 6: "fd00:2::2" },
} as const;

/** MTU of the link to the host, which carries packets that are still to be segmented. */
const HOST_MTU = 65_535;

function nicLab(name: string, title: string, mtu: number): Topology {
  const addresses = (node: keyof typeof ADDRESSES) => [
    `${ADDRESSES[node][4]}/24`,
    `${ADDRESSES[node][6]}/64`,
  ];
  return {
    name,
    title,
    nodes: { host: { kind: "host" }, nic: { kind: "device" }, network: { kind: "host" } },
    links: [
      {
        name: "host",
        mtu: HOST_MTU,
        ends: [
          { node: "host", interface: "eth0", addresses: addresses("host"), tso: true },
          { node: "nic", interface: "host0", addresses: [] },
        ],
      },
      {
        name: "wire",
        mtu,
        ends: [
          { node: "nic", interface: "wire0", addresses: [] },
          { node: "network", interface: "eth0", addresses: addresses("network") },
        ],
      },
    ],
    taps: [
      { name: "host", node: "nic", interface: "host0", side: "lan" },
      { name: "wire", node: "nic", interface: "wire0", side: "wan" },
    ],
  };
}

/** Addresses of edges on the substrate network. */
export const EDGES = { encapsulator: "10.3.1.2", decapsulator: "10.3.2.2" } as const;

/** An Ethernet of an edge: 10.3.1.0/24 or 10.3.2.0/24. */
const edgeEnd = (node: string, name: string, net: 1 | 2, host: number) => ({
  node,
  interface: name,
  addresses: [`10.3.${net}.${host}/24`],
});
const port = (node: string, name: string) => ({ node, interface: name, addresses: [] });

/**
 * A cloud between two edges with two tenants each, and a router in it that knows nothing of tenants: the
 * edges' own addresses are reached by who is beyond them, as their ports have none.
 */
export const CLOUD: Topology = {
  name: "cloud",
  title: "Two virtual networks across a cloud that routes by outer addresses",
  nodes: {
    tenant0: { kind: "host" },
    tenant1: { kind: "host" },
    encapsulator: { kind: "device" },
    underlay: { kind: "router", routes: [{ to: `${EDGES.decapsulator}/32`, via: "10.3.2.3" }] },
    decapsulator: { kind: "device" },
    server0: { kind: "host" },
    server1: { kind: "host" },
  },
  links: [
    { name: "t0", ends: [edgeEnd("tenant0", "eth0", 1, 3), port("encapsulator", "tenant0")] },
    { name: "t1", ends: [edgeEnd("tenant1", "eth0", 1, 4), port("encapsulator", "tenant1")] },
    { name: "c0", ends: [port("encapsulator", "cloud0"), edgeEnd("underlay", "c0", 1, 1)] },
    { name: "c1", ends: [edgeEnd("underlay", "c1", 2, 1), port("decapsulator", "cloud0")] },
    { name: "s0", ends: [port("decapsulator", "tenant0"), edgeEnd("server0", "eth0", 2, 3)] },
    { name: "s1", ends: [port("decapsulator", "tenant1"), edgeEnd("server1", "eth0", 2, 4)] },
  ],
  taps: [
    { name: "tenant0", node: "encapsulator", interface: "tenant0", side: "lan" },
    { name: "tenant1", node: "encapsulator", interface: "tenant1", side: "lan" },
    { name: "cloud", node: "encapsulator", interface: "cloud0", side: "wan" },
    { name: "cloud-far", node: "decapsulator", interface: "cloud0", side: "wan" },
    { name: "server0", node: "decapsulator", interface: "tenant0", side: "lan" },
    { name: "server1", node: "decapsulator", interface: "tenant1", side: "lan" },
  ],
};

/** Links of the cloud by their position, for the addresses of their ends. */
export const CLOUD_LINK = { t0: 0, t1: 1, c0: 2, c1: 3, s0: 4, s1: 5 } as const;

/** MTU of the wire by lab. */
export const MTU = { ethernet: 1500, jumbo: 9000 } as const;

/** A card on Ethernet. */
export const NIC = nicLab("nic", "A host whose network card is the device", MTU.ethernet);

/** A card on a network of jumbo frames (L72, L78). */
export const NIC_JUMBO = nicLab(
  "nic_jumbo",
  "A host whose network card is the device, on jumbo frames",
  MTU.jumbo,
);
