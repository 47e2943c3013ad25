import assert from "node:assert/strict";
import type { VerdictWord } from "../kit/verdict.ts";
import type { Report, ReportCheck } from "./model.ts";
import { countsText, repetitionsOf, repetitionsSentence } from "./repetitions.ts";

const check = (evidence: string, verdict: VerdictWord, id = "test/a"): ReportCheck => ({
  ...{ id, title: "A", covers: ["TST-001"], level: "MUST", scenario: "test/plain" },
  ...{ verdict, evidence, duration_ms: 0 },
});

Deno.test("a judgement that ends now so and now otherwise is counted each way", () => {
  const found = repetitionsOf([
    check("evidence/x", "pass"),
    check("evidence/x.2", "fail"),
    check("evidence/x.3", "pass"),
    check("evidence/y", "fail"),
    check("evidence/y.2", "fail"),
    check("evidence/x", "pass", "test/b"),
    check("evidence/x.2", "pass", "test/b"),
  ], 3)!;
  assert.equal(found.judged, 3);
  assert.deepEqual(
    found.differing.map((one) => [one.id, one.evidence, countsText(one)]),
    [["test/a", "evidence/x", "1 fail, 2 pass"]],
  );
  const report = { run: { repeat: 3 }, repetitions: found } as Report;
  assert.equal(
    repetitionsSentence(report),
    "each scenario was played 3 times, and 1 of 3 judgements differ",
  );
});

Deno.test("what was played once has no repetitions", () => {
  assert.equal(repetitionsOf([check("evidence/x.2", "pass")], undefined), undefined);
});
