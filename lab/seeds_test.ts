import assert from "node:assert/strict";
import { seedOf } from "./seeds.ts";

Deno.test("variants have seeds of their own, which stay as they are", () => {
  const ids = Array.from({ length: 100 }, (_, i) => `l2tp/lns/mutant_${i}`);
  const seeds = ids.map((id) => seedOf(id));
  assert.deepEqual([...new Set(seeds)].sort(), [1, 2, 3, 4]);
  assert.deepEqual(ids.map((id) => seedOf(id)), seeds);
  assert.deepEqual(ids.map((id) => seedOf(id, 41)), seeds.map((seed) => seed + 40));
});
