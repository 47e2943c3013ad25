import assert from "node:assert/strict";
import { parseAddress } from "../../captures/wire/address.ts";
import { PrefixTable } from "./prefix_table.ts";

function tableOf(...routes: string[]): PrefixTable<string> {
  const table = new PrefixTable<string>();
  for (const route of routes) table.add(route, route);
  return table;
}

Deno.test("the longest prefix that holds an address counts, in whatever order they came", () => {
  const routes = ["10.0.0.0/8", "10.2.3.4", "0.0.0.0/0", "10.2.0.0/15", "10.2.3.0/25"];
  for (const order of [routes, routes.toReversed()]) {
    const table = tableOf(...order);
    const found = ["10.2.3.4", "10.2.3.5", "10.2.3.128", "10.3.0.1", "10.4.0.1", "11.0.0.1"];
    assert.deepEqual(found.map((address) => table.find(address)), [
      ...["10.2.3.4", "10.2.3.0/25", "10.2.0.0/15", "10.2.0.0/15", "10.0.0.0/8", "0.0.0.0/0"],
    ]);
  }
});

Deno.test("an address leads to the same in text and in octets, and versions stay apart", () => {
  const table = tableOf("0.0.0.0/0", "fd00:1::/32", "fd00:1::5");
  for (
    const [address, found] of [
      ["10.0.0.1", "0.0.0.0/0"],
      ["fd00:1::5", "fd00:1::5"],
      ["fd00:1::6", "fd00:1::/32"],
      ["fd00:2::6", undefined],
    ] as const
  ) {
    assert.equal(table.find(address), found);
    assert.equal(table.find(parseAddress(address)), found);
  }
});

Deno.test("of two values the last counts, and each is taken out by itself", () => {
  for (const route of ["10.1.0.1", "10.1.0.0/16"]) {
    const table = new PrefixTable<string>();
    table.add(route, "first");
    table.add(route, "second");
    assert.equal(table.find("10.1.0.1"), "second");
    table.remove(route, "first");
    assert.equal(table.find("10.1.0.1"), "second");
    table.remove(route, "second");
    assert.equal(table.find("10.1.0.1"), undefined);
  }
});

Deno.test("a single address is known as such, a prefix that holds it is not", () => {
  const table = tableOf("10.1.0.1", "10.2.0.0/16", "10.3.0.1/32");
  const known = ["10.1.0.1", "10.2.0.1", "10.3.0.1"].map((address) => table.has(address));
  assert.deepEqual(known, [true, false, true]);
});

Deno.test("what is neither an address nor a prefix is refused", () => {
  for (const route of ["10.1.0.0/33", "10.1.0.0/-1", "10.1.0.0/x", "fd00::/129", "nowhere"]) {
    assert.throws(() => new PrefixTable<string>().add(route, ""), TypeError);
  }
});
