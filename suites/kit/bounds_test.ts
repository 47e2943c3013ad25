import assert from "node:assert/strict";
import { Bound, BoundedLog, BoundedTable, Budget } from "./bounds.ts";

Deno.test("a log keeps the first items and counts those that it turned away", () => {
  const bound = new Bound("messages", 2);
  const log = new BoundedLog<number>(bound);
  assert.deepEqual([1, 2, 3, 4].map((item) => log.push(item)), [true, true, false, false]);
  assert.deepEqual(log.items, [1, 2]);
  assert.equal(bound.excess(), "2 messages beyond the 2 that are kept");
});

Deno.test("a log that is asked before an item is made counts the item just the same", () => {
  const bound = new Bound("messages", 1);
  const log = new BoundedLog<number>(bound);
  assert.ok(log.admits());
  assert.equal(bound.overflow, 0);
  log.push(1);
  assert.ok(!log.admits());
  assert.equal(bound.overflow, 1);
});

Deno.test("a table makes a value once for each key, and none beyond its bound", () => {
  const bound = new Bound("sessions", 1);
  const table = new BoundedTable<string, number[]>(bound);
  table.obtain("a", () => [])!.push(1);
  table.obtain("a", () => [])!.push(2);
  assert.deepEqual(table.get("a"), [1, 2]);
  assert.equal(table.obtain("b", () => []), undefined);
  assert.equal(table.size, 1);
  assert.equal(bound.excess(), "1 sessions beyond the 1 that are kept");
});

Deno.test("stores that share a bound have as much room each", () => {
  const bound = new Bound("data messages of a session", 1);
  const logs = [new BoundedLog<number>(bound), new BoundedLog<number>(bound)];
  for (const log of logs) assert.ok(log.push(1));
  assert.equal(bound.excess(), undefined);
});

Deno.test("what stores share is taken once, whoever takes it, and what is refused is counted", () => {
  const budget = new Budget("octets", 10);
  assert.ok(budget.take(6) && budget.take(4));
  assert.equal(budget.excess(), undefined);
  assert.ok(!budget.take(3) && !budget.take());
  assert.equal(budget.excess(), "4 octets beyond the 10 that are kept");
});
