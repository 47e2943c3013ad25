import assert from "node:assert/strict";
import { filesOf } from "../../suites/self/import_graph.ts";
import { ALWAYS, EXPENSIVE, planTests } from "./tests.ts";

Deno.test("near tests come first, far ones after them, expensive ones are left", () => {
  const { groups, left } = planTests(
    new Map([
      ["captures/wire/udp.ts", 0],
      ["captures/wire/udp_test.ts", 1],
      ["captures/walk.ts", 1],
      ["captures/walk_test.ts", 2],
      ["lab/worlds/netns/world_test.ts", 5],
      ["suites/self/mutants_test.ts", 6],
    ]),
  );
  assert.deepEqual(groups, [["captures/wire/udp_test.ts"], ["captures/walk_test.ts", ...ALWAYS]]);
  assert.deepEqual(left.map(({ tests }) => tests), [
    ["lab/worlds/netns/world_test.ts"],
    ["suites/self/mutants_test.ts"],
  ]);
});

Deno.test("the tests of the structure run whatever was touched, and once", () => {
  assert.deepEqual(planTests(new Map([["README.md", 0]])).groups, [[...ALWAYS]]);
  assert.deepEqual(planTests(new Map([[ALWAYS[0], 3]])).groups, [[...ALWAYS]]);
});

Deno.test("every test that is called expensive exists", async () => {
  const tests = await filesOf("*_test.ts", "*_test.tsx");
  for (const pattern of EXPENSIVE.flatMap(({ tests }) => tests)) {
    assert.ok(tests.some((path) => pattern.test(path)), `${pattern} fits no test`);
  }
  for (const path of ALWAYS) assert.ok(tests.includes(path), path);
});
