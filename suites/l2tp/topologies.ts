/**
 * The labs of RFC 2661. `bench`: the device under test opposite the tester. `pair`: two devices with a
 * client behind the LAC and a server behind the LNS.
 */
import type { Topology } from "../kit/topology.ts";

/** Addresses of the bench. */
export const BENCH = {
  device: "10.9.0.1",
  tester: "10.9.0.2",
  /** A second address of the tester. */
  elsewhere: "10.9.0.3",
} as const;

/** Device and tester on one wire. */
export const BENCH_TOPOLOGY: Topology = {
  name: "bench",
  title: "The device under test opposite the tester",
  nodes: {
    // Addresses at the far ends of sessions: of clients, and of an LNS.
    device: { kind: "device", tunnelled: ["10.255.0.0/16"] },
    tester: { kind: "device" },
    server: { kind: "host", routes: [{ to: "default", via: "10.8.0.1" }] },
  },
  links: [
    {
      name: "wan",
      ends: [
        { node: "device", interface: "wan0", addresses: [`${BENCH.device}/24`] },
        {
          node: "tester",
          interface: "wan0",
          addresses: [`${BENCH.tester}/24`, `${BENCH.elsewhere}/24`],
        },
      ],
    },
    {
      name: "lan",
      ends: [
        { node: "device", interface: "lan0", addresses: ["10.8.0.1/24"] },
        { node: "server", interface: "eth0", addresses: ["10.8.0.2/24"] },
      ],
    },
  ],
  taps: [
    { name: "wan", node: "device", interface: "wan0", side: "wan" },
    { name: "lan", node: "device", interface: "lan0", side: "lan" },
  ],
};
