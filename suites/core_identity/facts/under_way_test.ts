import assert from "node:assert/strict";
import { Bound } from "../../kit/bounds.ts";
import { UnderWay } from "./under_way.ts";

Deno.test("what went in and did not come out is left, as often as it went in", () => {
  const underWay = new UnderWay(new Bound("datagrams", 10_000));
  const frame = (number: number, capture = "lan") => ({ capture, number });
  for (let i = 0; i < 3000; i++) underWay.add(i % 1000, i % 7, frame(i, `lan${i % 3}`));
  for (let i = 0; i < 1000; i++) {
    assert.ok(underWay.strike(i));
    if (i !== 5) assert.ok(underWay.strike(i) && underWay.strike(i));
  }
  assert.ok(!underWay.strike(4));
  const left = underWay.left();
  assert.equal(left.size, 2, "the two of digest 5 are of two flows");
  for (const [flow, { number, capture }] of left) {
    assert.equal(number % 1000, 5);
    assert.deepEqual([flow, capture], [number % 7, `lan${number % 3}`]);
  }
  underWay.add(77, 1, frame(9));
  assert.ok(underWay.strike(77) && !underWay.strike(77));
});

Deno.test("beyond the bound nothing is remembered, which the bound tells", () => {
  const bound = new Bound("datagrams", 2);
  const underWay = new UnderWay(bound);
  for (let i = 0; i < 3; i++) underWay.add(i, 0, { capture: "lan", number: i });
  assert.equal(bound.excess(), "1 datagrams beyond the 2 that are kept");
  assert.ok(underWay.strike(0) && !underWay.strike(2));
});
