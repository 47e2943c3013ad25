import assert from "node:assert/strict";
import { Census } from "./census.ts";
import { PacketLedger } from "./packet_ledger.ts";

const open = (ledger: PacketLedger) => [...ledger.unbalanced(0, 10)];

Deno.test("packets that left and came in time balance, in whichever order they are noted", () => {
  const ledger = new PacketLedger();
  for (let key = 1; key <= 5000; key++) {
    if (key % 2 === 0) ledger.arrival(key * 7919, 1, key, 5, true);
    ledger.departure(key * 7919, 0, key, 0, 1);
    if (key % 2 === 1) ledger.arrival(key * 7919, 1, key, 5, true);
  }
  assert.deepEqual(open(ledger), []);
});

Deno.test("what is missing or too much on one side is told with its first frame", () => {
  const ledger = new PacketLedger();
  ledger.departure(1, 0, 10, 2, 1);
  ledger.departure(1, 0, 11, 1, 1);
  ledger.arrival(1, 1, 20, 3, true);
  ledger.arrival(-2, 1, 21, 4, true);
  const [twice, alien] = open(ledger);
  assert.deepEqual([twice.departures, twice.arrivals, twice.mustArrive], [2, 1, true]);
  assert.deepEqual([twice.left.frame, twice.left.at, twice.due], [11, 1, 1]);
  assert.deepEqual([alien.departures, alien.arrivals, alien.mustHaveLeft], [0, 1, true]);
  assert.deepEqual(alien.came, { tap: 1, frame: 21, at: 4 });
});

Deno.test("an effect before its cause, or long after it, is told", () => {
  const ledger = new PacketLedger();
  for (const [key, came] of [[1, 5], [2, -1], [3, 11]]) {
    ledger.departure(key, 0, key, 0, 1);
    ledger.arrival(key, 1, key, came, true);
  }
  assert.deepEqual(open(ledger).map(({ came }) => came.at), [-1, 11]);
});

Deno.test("a census does not miss what may be under way, whatever was read after it", () => {
  const census = new Census(1);
  census.departure(0, 1000);
  for (let at = 0; at < 100; at++) {
    census.departure(0, at);
    census.arrival(0);
  }
  assert.equal(census.missing(0, 990), 0);
  assert.equal(census.missing(0, 1001), 1);
});

Deno.test("a census misses what left in time and did not come", () => {
  const census = new Census(2);
  for (let at = 0; at < 100; at++) census.departure(1, at);
  for (let i = 0; i < 90; i++) census.arrival(1);
  assert.equal(census.missing(1, 1000), 10);
  assert.equal(census.missing(1, 96), 6, "four may be under way");
  assert.equal(census.missing(1, 0), 0, "all that are remembered may be under way");
  assert.equal(census.missing(0, 0), 0);
});
