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

Deno.test("sets may share a limit of pages", () => {
  const bound = new Bound("pages", 1), pages = { count: 0 };
  new NumberSet(bound, pages).add(1);
  new NumberSet(bound, pages).add(1);
  assert.equal(bound.overflow, 1);
});
