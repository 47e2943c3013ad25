import { deepStrictEqual, strictEqual } from "node:assert";
import { TimedQueue } from "./timed_queue.ts";

Deno.test("what is due first leaves first, and equal times keep their order", () => {
  const queue = new TimedQueue<string>();
  strictEqual(queue.next, Infinity);
  const dues = [3, 1, 2, 1, 3, 1, 2];
  dues.forEach((at, i) => queue.push(at, `${at}${"abcdefg"[i]}`));
  strictEqual(queue.next, 1);
  const out = Array.from({ length: queue.length }, () => queue.shift());
  deepStrictEqual(out, ["1b", "1d", "1f", "2c", "2g", "3a", "3e"]);
  strictEqual(queue.shift(), undefined);
});
