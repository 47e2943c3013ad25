import assert from "node:assert/strict";
import { Queue } from "./queue.ts";

Deno.test("what goes in first comes out first, however long the queue grows and shrinks", () => {
  const queue = new Queue<number>();
  let pushed = 0, taken = 0;
  for (let round = 1; round < 200; round++) {
    for (let i = 0; i < round; i++) queue.push(pushed++);
    for (let i = 0; i < round - 1; i++) assert.equal(queue.shift(), taken++);
    assert.equal(queue.length, pushed - taken);
    assert.equal(queue.at(0), taken);
    assert.equal(queue.at(queue.length), undefined);
  }
  while (queue.length > 0) assert.equal(queue.shift(), taken++);
  assert.deepEqual([taken, queue.shift()], [pushed, undefined]);
});

Deno.test("a queue that was cleared is empty and goes on", () => {
  const queue = new Queue<string>();
  queue.push("a");
  queue.push("b");
  queue.shift();
  queue.clear();
  assert.deepEqual([queue.length, queue.at(0), queue.shift()], [0, undefined, undefined]);
  queue.push("c");
  assert.equal(queue.shift(), "c");
});
