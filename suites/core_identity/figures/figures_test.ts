import assert from "node:assert/strict";
import type { Drawing, Figure } from "../../kit/figure.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import { CORE_IDENTITY_FIGURES } from "./mod.ts";

/** Draws the figure of this id from trace records alone. */
function draw(id: string, records: Iterable<Record<string, unknown>>): Drawing | undefined {
  const evidence = testEvidence("", 0);
  const found = CORE_IDENTITY_FIGURES.find((each: Figure) => each.id === `core_identity/${id}`)!;
  const running = Object.entries(found.needs).map(([key, pass]) =>
    [key, pass.begin(evidence)] as const
  );
  for (const record of records) {
    for (const [, each] of running) each.trace?.({ t: 0, node: "receiver", event: "x", ...record });
  }
  const facts = Object.fromEntries(
    running.map(([key, each]) => [key, each.facts()]),
  );
  return found.draw(facts, evidence);
}

const processed = (core: number, session: string, micro: number) => ({
  ...{ event: "process", core, session, t: 1e18 + micro * 1000 },
});

Deno.test("a session that stays on its core is one span, one that moves is several", () => {
  const { plot } = draw("core_by_time", [
    processed(1, "17 a > b", 0),
    processed(1, "17 a > b", 10),
    processed(2, "17 a > b", 20),
    processed(3, "6 c > d", 20),
  ])!;
  assert.ok(plot.kind === "lanes");
  assert.deepEqual(plot.lanes.map(({ label, spans }) => [label, spans.map((s) => s.value)]), [
    ["UDP a > b", ["1", "2"]],
    ["TCP c > d", ["3"]],
  ]);
});

Deno.test("nothing is drawn of nothing", () => {
  for (const { id } of CORE_IDENTITY_FIGURES) {
    assert.equal(draw(id.replace("core_identity/", ""), []), undefined, id);
  }
});

Deno.test("a picture of thousands of sessions is bounded, and says so", () => {
  const records = Array.from({ length: 20_000 }, (_, i) => processed(i % 5, `17 ${i % 5000}`, i));
  const { plot, note } = draw("core_by_time", records)!;
  assert.ok(plot.kind === "lanes" && plot.lanes.length <= 32);
  assert.match(note ?? "", /Only the first/);
  const load = draw("load", records)!.plot;
  assert.ok(load.kind === "bars");
  assert.equal(load.bars.reduce((sum, { value }) => sum + value, 0), 20_000);
});
