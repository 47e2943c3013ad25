import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { fragment, udpDatagram } from "../../../captures/wire/build.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { Network } from "./network.ts";
import { Scheduler } from "./scheduler.ts";

/** Two nodes around a router, whose far link carries 600 octets. */
const TOPOLOGY: Topology = {
  name: "narrow",
  title: "A narrow link behind a router",
  nodes: {
    near: {
      kind: "host",
      routes: [{ to: "default", via: "10.1.0.1" }, { to: "default", via: "fd00:1::1" }],
    },
    router: { kind: "router" },
    far: {
      kind: "host",
      routes: [{ to: "default", via: "10.2.0.1" }, { to: "default", via: "fd00:2::1" }],
    },
  },
  links: [
    {
      name: "wide",
      ends: [
        { node: "near", interface: "eth0", addresses: ["10.1.0.2/24", "fd00:1::2/64"] },
        { node: "router", interface: "near", addresses: ["10.1.0.1/24", "fd00:1::1/64"] },
      ],
    },
    {
      name: "narrow",
      mtu: 600,
      ends: [
        { node: "router", interface: "far", addresses: ["10.2.0.1/24", "fd00:2::1/64"] },
        { node: "far", interface: "eth0", addresses: ["10.2.0.2/24", "fd00:2::2/64"] },
      ],
    },
  ],
  taps: [],
};

const FORTH = { source: "10.1.0.2", destination: "10.2.0.2" };
const BACK = { source: "10.2.0.2", destination: "10.1.0.2" };
const BACK_V6 = { source: "fd00:2::2", destination: "fd00:1::2" };

/** Lets a node send datagrams; gives the frames on the narrow link and what the other end got. */
function sent(from: string, to: string, datagrams: readonly Uint8Array[]) {
  const scheduler = new Scheduler();
  const network = new Network(TOPOLOGY, scheduler, () => 0);
  const frames: number[] = [], got: Uint8Array[] = [];
  network.interface("far", "eth0").taps.push((frame) => frames.push(frame.length - 14));
  network.node(to).local = { local: (datagram) => got.push(datagram) };
  for (const datagram of datagrams) network.node(from).send(datagram);
  while (scheduler.step());
  return { frames, got };
}

const datagram = (addresses: typeof FORTH, length: number, more = {}) =>
  udpDatagram({
    ...{ ...addresses, sourcePort: 1, destinationPort: 2, ...more },
    payload: Uint8Array.from({ length }, (_, i) => i),
  });

Deno.test("a node cuts what is larger than its link, and who gets it sees it whole", () => {
  for (const addresses of [BACK, BACK_V6]) {
    const two = [1000, 1300].map((length) => datagram(addresses, length));
    const { frames, got } = sent("far", "near", two);
    ok(frames.length >= 4 && frames.every((length) => length <= 600), `${frames}`);
    deepStrictEqual(got.map(({ length }) => length), two.map(({ length }) => length));
    deepStrictEqual(got.map((one) => one.subarray(-900)), two.map((one) => one.subarray(-900)));
  }
});

Deno.test("a router cuts what passes, unless its sender forbade that or it is IPv6", () => {
  const { frames, got } = sent("near", "far", [datagram(FORTH, 1000, { identification: 5 })]);
  deepStrictEqual([frames.length, got[0].length], [2, 1028]);
  deepStrictEqual(sent("near", "far", [datagram(FORTH, 1000, { dontFragment: true })]).frames, []);
  const v6 = { source: "fd00:1::2", destination: "fd00:2::2" };
  deepStrictEqual(sent("near", "far", [datagram(v6, 1000)]).frames, []);
});

Deno.test("fragments that a host sends itself are put together at their end", () => {
  const whole = datagram(FORTH, 900, { identification: 9 });
  const pieces = fragment(whole, 400);
  const { frames, got } = sent("near", "far", [...pieces].reverse());
  strictEqual(frames.length, pieces.length);
  deepStrictEqual(got.map(({ length }) => length), [whole.length]);
});
