import assert from "node:assert/strict";
import type { L2tpOverrides } from "./overrides.ts";
import { mergeOverrides } from "../rule_overrides.ts";

Deno.test("overrides merge machine by machine, and the second of two rules wins", () => {
  const first = { node: { announces: 1, forwards: 1 }, wire: { egress: 1 } };
  const second = { node: { forwards: 2 }, nat: { matches: 2 } };
  assert.deepEqual(mergeOverrides(first, second), {
    node: { announces: 1, forwards: 2 },
    wire: { egress: 1 },
    nat: { matches: 2 },
  });
  assert.deepEqual(first.node, { announces: 1, forwards: 1 });
});

Deno.test("a machine or a rule that does not exist is no override", () => {
  const rule: L2tpOverrides = { l2tp: { acceptsVersion: () => true } };
  // @ts-expect-error No machine has this name.
  const machine: L2tpOverrides = { l2pt: { acceptsVersion: () => true } };
  // @ts-expect-error The machine has no such rule.
  const misspelt: L2tpOverrides = { l2tp: { acceptVersion: () => true } };
  // @ts-expect-error The rule belongs to another machine.
  const elsewhere: L2tpOverrides = { wire: { acceptsVersion: () => true } };
  assert.equal(Object.keys({ ...rule, ...machine, ...misspelt, ...elsewhere }).length, 3);
});
