import assert from "node:assert/strict";
import type { Collector } from "../../kit/collector.ts";
import { capturesOf } from "../_testing/captures.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { tells, type TraceFacts, traceFacts } from "./traces.ts";

Deno.test("lines are found by node and event, and those beyond the bound are confessed", () => {
  const state = traceFacts.begin(capturesOf([])) as Collector<TraceFacts>;
  state.trace!({ t: 1, node: "nat", event: "row" });
  state.trace!({ t: 2, node: "master", event: "row" });
  assert.deepEqual(state.facts().of("nat", "row").map(({ t }) => t), [1]);
  assert.equal(state.excess(), undefined);
  for (let t = 0; t < 65_536; t++) state.trace!({ t, node: "nat", event: "row" });
  assert.equal(state.excess(), "1 lines of a trace beyond the 65536 that are kept");
});

Deno.test("a device without a trace tells nothing", () => {
  const node = (kind: string) => ({
    role: "nat",
    config: {},
    profile: testProfile({ trace: { kind } }),
  });
  const evidence = testEvidence("", 0, { nodes: { a: node("jsonl"), b: node("none") } });
  assert.equal(tells(evidence, "a"), undefined);
  assert.equal(tells(evidence, "b")?.reason, "b tells nothing of itself");
});
