import assert from "node:assert/strict";
import { Bound } from "../../kit/bounds.ts";
import { NumberSet } from "./number_set.ts";

Deno.test("a number set knows what was there and what is missing, in any order", () => {
  const set = new NumberSet(new Bound("pages", 10));
  assert.deepEqual([5, 3, 4, 9, 5].map((number) => set.add(number)), [
    true,
    true,
    true,
    true,
    false,
  ]);
  assert.deepEqual([set.count, set.missing], [4, 3]);
  assert.equal(new NumberSet(new Bound("pages", 10)).missing, 0);
});

Deno.test("numbers of all 32 bits are kept, and those far apart cost one page each", () => {
  const bound = new Bound("pages", 2);
  const set = new NumberSet(bound);
  assert.ok(set.add(0xffffffff));
  assert.ok(!set.add(0xffffffff));
  assert.ok(set.add(0));
  assert.equal(bound.excess(), undefined);
  set.add(1 << 20);
  assert.match(bound.excess() ?? "", /^1 pages beyond the 2/);
  assert.ok(!set.add(0), "what is kept stays");
});

Deno.test("numbers that wrap are as near to one another as others", () => {
  const set = new NumberSet(new Bound("pages", 10));
  for (const number of [0xfffffffe, 0xffffffff, 0, 1, 3]) set.add(number);
  assert.deepEqual([set.count, set.missing], [5, 1]);
  const high = new NumberSet(new Bound("pages", 10));
  for (const number of [0x80007fff, 0x80008000, 0x80010001]) high.add(number);
  assert.equal(high.missing, 0x8000);
  const one = new NumberSet(new Bound("pages", 10));
  one.add(0xffffffff);
  assert.equal(one.missing, 0);
});

Deno.test("sets may share a limit of pages", () => {
  const bound = new Bound("pages", 1), pages = { count: 0 };
  new NumberSet(bound, pages).add(1);
  new NumberSet(bound, pages).add(1);
  assert.equal(bound.overflow, 1);
});
