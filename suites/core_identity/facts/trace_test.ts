import assert from "node:assert/strict";
import type { TraceRecord } from "../../../peers/machine.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import { Collector } from "../../kit/collector.ts";
import { type TraceFacts, traceFacts } from "./trace.ts";

function traced(records: readonly Partial<TraceRecord>[]) {
  const collector = traceFacts.begin(testEvidence("", 0));
  assert.ok(collector instanceof Collector);
  for (const record of records) {
    collector.trace?.({ t: 0, node: "receiver", event: "process", ...record });
  }
  return { facts: collector.facts() as TraceFacts, excess: collector.excess() };
}

const processed = (core: number, session: string, port = "wan0") => ({
  ...{ core, session, port, kind: 1, identity: "2", result: "forwarded" },
});

Deno.test("the cores and ports of each session and identity are told", () => {
  const { facts } = traced([
    { event: "core", core: 2, identity: "2" },
    processed(2, "17 a > b"),
    processed(3, "17 a > b", "wan1"),
    { ...processed(2, ""), result: "damaged" },
    { event: "identity_unknown", identity: "9" },
    { event: "bind", session_id: "7", core: 1 },
    { event: "cores_changed" },
  ]);
  const trace = facts.nodes.get("receiver")!;
  assert.deepEqual([...trace.sessions.get("17 a > b")!.cores], [[2, 1], [3, 1]]);
  assert.deepEqual([...trace.sessions.get("17 a > b")!.ports], ["wan0", "wan1"]);
  assert.deepEqual([...trace.identities.get("2")!.cores], [[2, 2], [3, 1]]);
  assert.deepEqual([trace.processed, trace.damaged, trace.changes], [3, 1, 1]);
  assert.deepEqual([[...trace.cores], [...trace.unknown]], [[[2, "2"]], ["9"]]);
  assert.deepEqual(trace.bindings, [{ sessionId: "7", core: 1 }]);
});

Deno.test("a trace of ever new sessions, ports, cores or nodes is bounded, and confesses", () => {
  const many = (make: (i: number) => Partial<TraceRecord>, count: number) =>
    traced(Array.from({ length: count }, (_, i) => make(i))).excess ?? "";
  assert.match(many((i) => processed(0, `17 ${i}`), 32_769), /^1 trace records of new sessions/);
  assert.match(many((i) => processed(0, "17 a", `${i}`), 5000), /nodes, ports and cores/);
  assert.match(
    many((i) => ({ ...processed(0, ""), node: `${i}` }), 5000),
    /nodes, ports and cores/,
  );
  assert.match(many((i) => ({ event: "bind", session_id: `${i}` }), 32_770), /^2 bindings beyond/);
});
