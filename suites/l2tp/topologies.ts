/**
 * The labs of RFC 2661. `bench`: the device under test opposite the tester. `pair`: two devices with a
 * client behind the LAC and a server behind the LNS.
 */
import type { Topology } from "../kit/topology.ts";

/** Addresses of the bench. */
interface Addresses {
  device: string;
  tester: string;
  /** A second address of the tester. */
  elsewhere: string;
}

/** Addresses of the bench over IPv4. */
export const BENCH: Addresses = {
  ...{ device: "10.9.0.1", tester: "10.9.0.2", elsewhere: "10.9.0.3" },
};

/** Those over IPv6: the tester's two have the same lower half. */
export const BENCH_IPV6: Addresses = {
  ...{ device: "2001:db8:9::1", tester: "2001:db8:9::2", elsewhere: "2001:db8:a::2" },
};

/** Device and tester on one wire. */
function bench(name: string, title: string, addresses: Addresses, length: number): Topology {
  const { device, tester, elsewhere } = addresses;
  const prefix = (address: string) => `${address}/${length}`;
  return {
    ...{ name, title },
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
          { node: "device", interface: "wan0", addresses: [prefix(device)] },
          {
            ...{ node: "tester", interface: "wan0" },
            addresses: [prefix(tester), prefix(elsewhere)],
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
}

/** The bench over IPv4. */
export const BENCH_TOPOLOGY: Topology = bench(
  "bench",
  "The device under test opposite the tester",
  BENCH,
  24,
);

/** The bench over IPv6. */
export const BENCH_IPV6_TOPOLOGY: Topology = bench(
  "bench_ipv6",
  "The device under test opposite the tester, over IPv6",
  BENCH_IPV6,
  32,
);
