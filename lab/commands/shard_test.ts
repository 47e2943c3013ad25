import assert from "node:assert/strict";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { partOf, readShard, shardOf } from "./shard.ts";
import { UsageError } from "./usage.ts";

/** A scenario that waits so many milliseconds. */
const waiting = (waits: number) => ({ scenario: { waits, nodes: {} } as Scenario, name: waits });

Deno.test("parts are the same everywhere, hold each item once, and cost about the same", () => {
  const whole = [9000, 1000, 5000, 5000, 1000, 3000, 2000, 4000].map(waiting);
  const parts = [1, 2, 3].map((index) => shardOf(whole, { index, of: 3 }));
  assert.deepEqual(parts, [1, 2, 3].map((index) => shardOf([...whole], { index, of: 3 })));
  assert.deepEqual(new Set(parts.flat()), new Set(whole));
  assert.equal(parts.flat().length, whole.length);
  const costs = parts.map((part) => part.reduce((sum, { name }) => sum + name, 0));
  assert.ok(Math.max(...costs) - Math.min(...costs) <= 1000, String(costs));
  assert.deepEqual(shardOf(whole, { index: 1, of: 1 }), whole);
});

Deno.test("there may be more parts than items", () => {
  const parts = [1, 2, 3].map((index) => partOf(["a", "b"], { index, of: 3 }, () => 1));
  assert.deepEqual(parts, [["a"], ["b"], []]);
});

const inside = (variables: Record<string, string>) => (name: string): string | undefined =>
  variables[name];

Deno.test("a shard is i/n, and anything else is refused", () => {
  assert.deepEqual(readShard("2/3", inside({})), { index: 2, of: 3 });
  for (const text of ["0/3", "4/3", "2", "2/0", "a/3", "2/3/4", "-1/3", "1/9999", "auto"]) {
    assert.throws(() => readShard(text, inside({})), UsageError, text);
  }
});

Deno.test("auto asks what the machines were started by", () => {
  const index = (variables: Record<string, string>) => readShard("auto/4", inside(variables)).index;
  assert.equal(index({ PLUMBLINE_SHARD_INDEX: "4" }), 4);
  assert.equal(index({ JOB_COMPLETION_INDEX: "0" }), 1);
  assert.equal(index({ SWARM_JOB_SLOT: "3" }), 4);
  // Swarm writes the name of the node where the slot is 0.
  assert.equal(index({ SWARM_JOB_SLOT: "x8q2m7c1zvu3k5w9e4r6t0y1p" }), 1);
  assert.equal(index({ CI_NODE_INDEX: "2" }), 2);
  assert.equal(index({ PLUMBLINE_SHARD_INDEX: "3", CI_NODE_INDEX: "1" }), 3);
});

Deno.test("auto says what is wrong where nothing tells which machine this is, or nonsense does", () => {
  const refused = (variables: Record<string, string>, why: RegExp) =>
    assert.throws(() => readShard("auto/4", inside(variables)), why);
  refused({}, /nothing says which of 4 this is: set PLUMBLINE_SHARD_INDEX .*JOB_COMPLETION_INDEX/);
  refused({ JOB_COMPLETION_INDEX: "4" }, /JOB_COMPLETION_INDEX must be 0 to 3: got 4/);
  refused({ PLUMBLINE_SHARD_INDEX: "0" }, /must be 1 to 4: got 0/);
  refused({ PLUMBLINE_SHARD_INDEX: "x" }, /must be 1 to 4: got x/);
  refused(
    { JOB_COMPLETION_INDEX: "1", CI_NODE_INDEX: "1" },
    /JOB_COMPLETION_INDEX says 2 of 4, and CI_NODE_INDEX 1/,
  );
});
