import assert from "node:assert/strict";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import { arrange } from "./run_scenarios.ts";

const planned = (light: boolean, waits?: number) => ({
  suite: { ...testSuite(), light },
  scenario: { id: "test/plain", waits, nodes: {} } as unknown as Scenario,
  profiles: {},
  evidence: "",
});

/** A heavy one, a light one, another heavy one, and light ones that wait 5 s, 90 s and 5 s. */
const PLAN = [planned(false), planned(true), planned(false)].concat(
  [5000, 90_000, 5000].map((waits) => planned(true, waits)),
);

Deno.test("on real kernels what loads the machine is apart, and the longest wait begins first", () => {
  assert.deepEqual(arrange({ name: "netns" }, PLAN), { heavy: [0, 2], light: [4, 3, 5, 1] });
});

Deno.test("in memory nothing disturbs anything", () => {
  assert.deepEqual(arrange({ name: "memory" }, PLAN), {
    heavy: [],
    light: [4, 3, 5, 0, 1, 2],
  });
});
