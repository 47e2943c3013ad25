import { deepStrictEqual, strictEqual } from "node:assert";
import { ethernetOf, isBridge, isFramePort, neighboursOf } from "./ethernet.ts";
import type { LinkEnd, Topology } from "./topology.ts";

const end = (node: string, name: string, ...addresses: string[]): LinkEnd => ({
  ...{ node, interface: name, addresses },
});

/** Two hosts around two devices that pass frames in a row; the second has another host. */
const ROW: Topology = {
  name: "row",
  title: "Two bridges in a row",
  nodes: {
    left: { kind: "host" },
    first: { kind: "device" },
    second: { kind: "device" },
    right: { kind: "host" },
    third: { kind: "host" },
    gateway: { kind: "device" },
  },
  links: [
    { name: "a", ends: [end("left", "eth0", "10.0.0.1/24"), end("first", "a")] },
    { name: "b", ends: [end("first", "b"), end("second", "b")] },
    { name: "c", ends: [end("right", "eth0", "10.0.0.2/24"), end("second", "c")] },
    { name: "d", ends: [end("second", "d"), end("third", "eth0", "10.0.0.3/24")] },
    { name: "e", ends: [end("third", "eth1", "10.1.0.1/24"), end("gateway", "e", "10.1.0.2/24")] },
  ],
  taps: [],
};

Deno.test("neighbours are the other end of a link, and whoever is beyond a device that passes frames", () => {
  const right = { link: 2, side: 0 } as const, third = { link: 3, side: 1 } as const;
  const left = { link: 0, side: 0 } as const;
  deepStrictEqual(neighboursOf(ROW, left), [right, third]);
  deepStrictEqual(neighboursOf(ROW, third), [left, right]);
  deepStrictEqual(ethernetOf(ROW, 1), [left, right, third]);
  deepStrictEqual(neighboursOf(ROW, { link: 4, side: 0 }), [{ link: 4, side: 1 }]);
});

Deno.test("a device without addresses passes frames, one with an address has an IP layer", () => {
  strictEqual(isBridge(ROW, "first"), true);
  strictEqual(isBridge(ROW, "gateway"), false);
  strictEqual(isBridge(ROW, "left"), false);
  strictEqual(isFramePort(ROW, ROW.links[0].ends[0]), false);
  strictEqual(isFramePort(ROW, ROW.links[0].ends[1]), true);
});

Deno.test("a ring of devices has an end", () => {
  const ring = {
    ...ROW,
    links: [
      ...ROW.links.slice(0, 3),
      { name: "again", ends: [end("first", "x"), end("second", "x")] as const },
    ],
  };
  deepStrictEqual(neighboursOf(ring, { link: 0, side: 0 }), [{ link: 2, side: 0 }]);
});
