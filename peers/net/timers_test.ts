import assert from "node:assert/strict";
import fc from "fast-check";
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
