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
          { node: "host", interface: "eth0", addresses: addresses("host") },
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
