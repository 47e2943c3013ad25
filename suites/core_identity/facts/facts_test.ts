import { deepStrictEqual, ok, strictEqual } from "node:assert";
import type { Frame } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { fragment, icmpEcho, udpDatagram } from "../../../captures/wire/build.ts";
import { encodeControl } from "../../../captures/wire/core_identity_control.ts";
import { NumberSet } from "./number_set.ts";
import { MAX_FLOWS, TupleTable } from "./tuples.ts";
import { identityText } from "./sessions.ts";
import { DirectionState } from "./wan_direction.ts";

function indexOf(table: TupleTable, datagram: Uint8Array): number {
  const walker = new HeaderWalker();
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  ok(walker.walkIp(datagram, view, 0, datagram.length));
  return table.index(datagram, walker);
}

function udp(sourcePort: number, source = "10.1.1.2", destination = "10.2.1.2"): Uint8Array {
  return udpDatagram({
    source,
    destination,
    sourcePort,
    destinationPort: 5000,
    payload: new Uint8Array(8),
  });
}

Deno.test("flows are numbered by addresses, ports and protocol, thousands of them", () => {
  const table = new TupleTable();
  for (let port = 1; port <= 5000; port++) strictEqual(indexOf(table, udp(port)), port - 1);
  for (let port = 1; port <= 5000; port++) strictEqual(indexOf(table, udp(port)), port - 1);
  strictEqual(table.text(41), "17 10.1.1.2:42 > 10.2.1.2:5000");
  const six = indexOf(table, udp(42, "fd00::1", "fd00::2"));
  strictEqual(table.text(six), "17 [fd00::1]:42 > [fd00::2]:5000");
});

Deno.test("all fragments of one datagram are one flow, those of another are not", () => {
  const table = new TupleTable();
  const echo = (identification: number) =>
    icmpEcho({
      source: "10.1.1.2",
      destination: "10.2.1.2",
      identifier: 1,
      sequence: 1,
      identification,
      payload: new Uint8Array(3000),
    });
  const first = fragment(echo(7), 1400).map((f) => indexOf(table, f));
  strictEqual(new Set(first).size, 1);
  strictEqual(table.text(first[0]), "1 10.1.1.2 > 10.2.1.2 #7");
  strictEqual(indexOf(table, fragment(echo(8), 1400)[1]), first[0] + 1);
});

Deno.test("a number set counts what is missing and what is repeated, in any order", () => {
  const set = new NumberSet();
  for (const n of [5, 3, 4, 9, 5]) set.add(n);
  deepStrictEqual([set.count, set.repeats, set.missing], [4, 1, 3]);
  set.add(0xffffffff);
  strictEqual(set.wild, 1);
});

Deno.test("identities are written without leading zeros", () => {
  strictEqual(identityText(0, 0), "0");
  strictEqual(identityText(0, 11), "b");
  strictEqual(identityText(0x0a3b8f20, 0xa88c23eb), "a3b8f20a88c23eb");
});

Deno.test("a capture of ever new flows is followed up to a bound, and known flows beyond it", () => {
  const table = new TupleTable(), walker = new HeaderWalker();
  const datagram = udp(1);
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  const indexAt = (n: number) => {
    view.setUint32(12, n);
    ok(walker.walkIp(datagram, view, 0, datagram.length));
    return table.index(datagram, walker);
  };
  for (let n = 0; n < MAX_FLOWS; n++) strictEqual(indexAt(n), n);
  strictEqual(indexAt(MAX_FLOWS), -1);
  strictEqual(indexAt(7), 7);
  strictEqual(table.size, MAX_FLOWS);
});

Deno.test("announcements of very many cores are bounded, and their loss is told", () => {
  const nodes = [{ name: "sender", role: "sender", initiator: true, wan: [] }];
  const direction = new DirectionState(nodes[0], ["sender"]);
  const hello = encodeControl({
    ...{ version: 1, flags: 0, message: 1, aggregateId: 1, tunnelId: 1, sequence: 1 },
    ...{ acknowledged: 0, coreCount: 65_535, informationVersion: 1, attributes: [] },
  });
  const tap = { name: "wan", node: "sender", side: "wan" as const, file: "" };
  const frame = { number: 1, bytes: hello, seconds: 0, nanoseconds: 0 } as Frame;
  for (let i = 0; i < 100; i++) direction.control(frame, tap, 0, hello.length);
  ok(direction.facts.announcements.length < 17);
  strictEqual(direction.excess, "more announcements of cores than are kept");
});
