import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { fragment, icmpEcho, udpDatagram } from "../../../captures/wire/build.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { Bound } from "../../kit/bounds.ts";
import { TupleTable } from "./tuples.ts";

function indexOf(table: TupleTable, datagram: Uint8Array): number {
  const walker = new HeaderWalker();
  assert.ok(walker.walkIp(datagram, viewOf(datagram), 0, datagram.length));
  return table.index(datagram, walker);
}

function udp(sourcePort: number, source = "10.1.1.2", destination = "10.2.1.2"): Uint8Array {
  const payload = new Uint8Array(8);
  return udpDatagram({ source, destination, sourcePort, destinationPort: 5000, payload });
}

Deno.test("flows are numbered by addresses, ports and protocol, thousands of them", () => {
  const table = new TupleTable();
  for (let port = 1; port <= 5000; port++) assert.equal(indexOf(table, udp(port)), port - 1);
  for (let port = 1; port <= 5000; port++) assert.equal(indexOf(table, udp(port)), port - 1);
  assert.equal(table.text(41), "17 10.1.1.2:42 > 10.2.1.2:5000");
  assert.ok(table.hasPorts(41));
  const six = indexOf(table, udp(42, "fd00::1", "fd00::2"));
  assert.equal(table.text(six), "17 [fd00::1]:42 > [fd00::2]:5000");
});

Deno.test("all fragments of one datagram are one flow, those of another are not", () => {
  const table = new TupleTable();
  const echo = (identification: number) =>
    icmpEcho({
      ...{ source: "10.1.1.2", destination: "10.2.1.2", identifier: 1, sequence: 1 },
      identification,
      payload: new Uint8Array(3000),
    });
  const first = fragment(echo(7), 1400).map((part) => indexOf(table, part));
  assert.equal(new Set(first).size, 1);
  assert.equal(table.text(first[0]), "1 10.1.1.2 > 10.2.1.2 #7");
  assert.ok(!table.hasPorts(first[0]));
  assert.equal(indexOf(table, fragment(echo(8), 1400)[1]), first[0] + 1);
});

Deno.test("ever new flows are followed up to a bound that confesses, and known flows beyond it", () => {
  const bound = new Bound("flows", 100);
  const table = new TupleTable(bound);
  for (let port = 1; port <= 100; port++) assert.equal(indexOf(table, udp(port)), port - 1);
  assert.equal(bound.excess(), undefined);
  assert.equal(indexOf(table, udp(101)), -1);
  assert.equal(indexOf(table, udp(8)), 7);
  assert.match(bound.excess() ?? "", /^1 flows beyond the 100/);
});
