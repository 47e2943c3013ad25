import assert from "node:assert/strict";
import { parseAddress } from "../../../captures/wire/address.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import type { Topology } from "../../kit/topology.ts";
import { addressKey } from "./fingerprint.ts";
import { edgeTaps } from "./segments.ts";

const end = (node: string, port: string, address: string) => ({
  ...{ node, interface: port },
  addresses: [`${address}/24`],
});

/** A client behind device a; a router between a, b and a host; what is behind b is routed there. */
const LAB: Topology = {
  name: "lab",
  title: "Two devices, a router and two hosts",
  nodes: {
    client: { kind: "host" },
    a: { kind: "device" },
    b: { kind: "device" },
    net: { kind: "router", routes: [{ to: "10.9.0.0/16", via: "10.2.0.1" }] },
    stranger: { kind: "host" },
    server: { kind: "host" },
  },
  links: [
    { name: "lan", ends: [end("client", "eth0", "10.8.0.2"), end("a", "lan0", "10.8.0.1")] },
    { name: "wa", ends: [end("a", "wan0", "10.1.0.1"), end("net", "a", "10.1.0.2")] },
    { name: "wb", ends: [end("net", "b", "10.2.0.2"), end("b", "wan0", "10.2.0.1")], mtu: 1400 },
    { name: "ws", ends: [end("stranger", "eth0", "10.3.0.1"), end("net", "s", "10.3.0.2")] },
    { name: "far", ends: [end("b", "lan0", "10.9.0.1"), end("server", "eth0", "10.9.0.2")] },
  ],
  taps: [
    { name: "lan", node: "a", interface: "lan0", side: "lan" },
    { name: "wa", node: "a", interface: "wan0", side: "wan" },
    { name: "wb", node: "b", interface: "wan0", side: "wan" },
    { name: "net", node: "net", interface: "a", side: "wan" },
  ],
};

const key = (text: string) => {
  const octets = parseAddress(text);
  return addressKey(viewOf(octets), 0, octets.length);
};

Deno.test("links that a router joins are one segment, with the captures at its edges", () => {
  const [lan, wa, wb, atRouter] = edgeTaps(LAB);
  assert.ok(lan && wa && wb);
  assert.equal(atRouter, undefined);
  assert.equal(wa.segment, wb.segment);
  assert.notEqual(wa.segment, lan.segment);
  assert.deepEqual(wa.segment.links, ["wa", "wb", "ws"]);
  assert.deepEqual(wa.segment.taps, [1, 2]);
  assert.equal(wa.segment.mtu, 1400);
  assert.deepEqual([wb.near, wb.far], [5, 4]);
});

Deno.test("a segment knows who leads where, and who sends unseen", () => {
  const [lan, wa] = edgeTaps(LAB);
  assert.ok(lan && wa);
  const { segment } = wa;
  assert.deepEqual(
    ["10.1.0.1", "10.2.0.1", "10.9.0.2", "10.3.0.1", "10.8.0.2"].map((address) =>
      segment.tapOf.get(key(address))
    ),
    [1, 2, 2, undefined, undefined],
  );
  assert.ok(segment.unseen.has(key("10.3.0.1")) && segment.unseen.has(key("10.1.0.2")));
  assert.ok(!segment.unseen.has(key("10.2.0.1")));
  assert.deepEqual(segment.hosts, ["stranger"]);
  assert.equal(segment.isOpen, false);
  assert.deepEqual(lan.host, { node: "client", isNear: false });
});

Deno.test("a segment with a device that nobody captures is open", () => {
  const [, wa] = edgeTaps({ ...LAB, taps: LAB.taps.slice(0, 2) });
  assert.equal(wa?.segment.isOpen, true);
});

Deno.test("a topology that makes no sense has no edges", () => {
  const links = [{ ...LAB.links[0], ends: [end("a", "x", "nonsense"), end("b", "y", "1.2.3")] }];
  assert.deepEqual(edgeTaps({ ...LAB, links } as unknown as Topology), []);
});
