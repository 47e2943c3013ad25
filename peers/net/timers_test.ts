import assert from "node:assert/strict";
import fc from "fast-check";
import { Queue } from "./queue.ts";
import { Timer, Timers } from "./timers.ts";

Deno.test("timers fire in the order of their times, however they were set, moved and stopped", () => {
  const acts = fc.array(fc.tuple(fc.nat(9), fc.option(fc.nat(100))), { maxLength: 60 });
  fc.assert(fc.property(acts, (list) => {
    const timers = new Timers();
    const fired: [number, number][] = [];
    const all = Array.from({ length: 10 }, (_, i) => {
      const timer: Timer = new Timer((now) => fired.push([now, i]));
      return timer;
    });
    const expected = new Map<number, number>();
    for (const [i, at] of list) {
      if (at === null) timers.stop(all[i]);
      else timers.set(all[i], at);
      if (at === null) expected.delete(i);
      else expected.set(i, at);
      assert.equal(timers.next(), Math.min(Infinity, ...expected.values()));
    }
    while (timers.next() !== Infinity) timers.run(timers.next());
    assert.deepEqual(new Map(fired.map(([at, i]) => [i, at])), expected);
    const times = fired.map(([at]) => at);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
  }));
});

Deno.test("a queue gives back what it got, in order, through any growth", () => {
  const queue = new Queue<number>();
  let next = 0, expected = 0;
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < round % 17; i++) queue.push(next++);
    for (let i = 0; i < round % 13 && queue.length > 0; i++) {
      assert.equal(queue.at(0), expected);
      assert.equal(queue.shift(), expected++);
    }
  }
  assert.equal(queue.length, next - expected);
  queue.clear();
  assert.equal(queue.shift(), undefined);
});
