import assert from "node:assert/strict";
import type { VerdictWord } from "../kit/verdict.ts";
import { compareReports, comparisonSchema } from "./comparison.ts";
import type { Report, ReportCheck } from "./model.ts";

interface Row {
  verdict: VerdictWord;
  level?: "MUST" | "SHOULD";
  finding?: "known" | "new";
}

/** A run of one device: a requirement, a check and a scenario of one name each. */
function side(rows: Record<string, Row>, changes: Partial<Report["run"]> = {}, version = "1") {
  const entries = Object.entries(rows);
  const checks = entries.map(([id, { verdict, level = "MUST", finding }]): ReportCheck => ({
    ...{ id: `test/${id}`, title: id, covers: [id], level, verdict, scenario: "test/plain" },
    ...{ evidence: `evidence/${id}`, duration_ms: 0, ...(finding ? { finding } : {}) },
  }));
  const requirements = entries.map(([id, { verdict, level = "MUST" }]) => ({
    ...{ id, suite: "test", level, verdict, required: level === "MUST", checks: [`test/${id}`] },
    ...{ source: "test", text: "It is so.", classes: [] },
  }));
  const report = {
    ...{ plumbline: "1", conclusion: "conformant", requirements },
    run: { started: "2026-01-01T00:00:00Z", commit: "", world: "memory", seed: 1, ...changes },
    device: { name: "box", version, exceptions: [] },
    suites: [{ name: "test", checks }],
  } as unknown as Report;
  report.run.selection ??= false;
  return { run: "run", report, profiles: [] };
}

const told = ({ requirements }: ReturnType<typeof compareReports>) =>
  Object.fromEntries(requirements.map(({ id, change }) => [id, change]));

Deno.test("what newly fails, is fixed, and changed otherwise is told apart", () => {
  const before = side({
    ...{ a: { verdict: "pass" }, b: { verdict: "fail" }, c: { verdict: "pass" } },
    ...{ d: { verdict: "inconclusive" }, e: { verdict: "pass" }, g: { verdict: "fail" } },
  });
  const after = side(
    {
      ...{ a: { verdict: "fail" }, b: { verdict: "pass" }, c: { verdict: "inconclusive" } },
      ...{ d: { verdict: "pass" }, f: { verdict: "pass" }, g: { verdict: "fail" } },
    },
    { seed: 2 },
    "2",
  );
  const found = comparisonSchema.parse(compareReports(before, after));
  assert.deepEqual(told(found), {
    ...{ a: "newly_failing", b: "fixed", c: "worse", d: "better", e: "absent", f: "new" },
  });
  assert.deepEqual(found.differences, ["device_version", "seed"]);
  assert.deepEqual(found.scenarios.map(({ change }) => change), [
    ...["newly_failing", "fixed", "worse", "better", "absent", "new"],
  ]);
  assert.equal(found.exit_code, 1);
});

Deno.test("the exit code says what became worse of what is required", () => {
  const code = (
    was: Row,
    is: Row | undefined,
    [first, second]: Partial<Report["run"]>[] = [{}, {}],
  ) => {
    const other: Record<string, Row> = { other: { verdict: "pass" } };
    const after = is === undefined ? other : { ...other, a: is };
    return compareReports(side({ ...other, a: was }, first), side(after, second)).exit_code;
  };
  assert.equal(code({ verdict: "pass" }, { verdict: "pass" }), 0);
  assert.equal(code({ verdict: "fail" }, { verdict: "fail" }), 0);
  assert.equal(code({ verdict: "inconclusive" }, { verdict: "fail" }), 1);
  assert.equal(code({ verdict: "pass" }, { verdict: "inconclusive" }), 3);
  // A device that no longer declares what it failed or passed showed nothing.
  assert.equal(code({ verdict: "pass" }, { verdict: "not_applicable" }), 3);
  assert.equal(code({ verdict: "pass" }, undefined), 3);
  assert.equal(code({ verdict: "pass" }, undefined, [{}, { selection: true }]), 0);
  // A SHOULD turns nothing.
  const should = { level: "SHOULD" as const };
  assert.equal(code({ verdict: "pass", ...should }, { verdict: "fail", ...should }), 0);
  assert.equal(compareReports(side({ a: { verdict: "pass" } }), side({})).exit_code, 3);
  const selected = side({ b: { verdict: "pass" } }, { selection: true });
  const whole = side({ a: { verdict: "fail" }, b: { verdict: "pass" } });
  assert.equal(compareReports(selected, whole).exit_code, 0);
});

Deno.test("known findings are told from new ones", () => {
  const before = side({ a: { verdict: "fail" }, b: { verdict: "fail" }, c: { verdict: "pass" } });
  const after = side({
    ...{ a: { verdict: "fail", finding: "known" }, b: { verdict: "pass" } },
    ...{ c: { verdict: "fail", finding: "new" } },
  });
  assert.deepEqual(compareReports(before, after).findings, {
    ...{ known: ["test/a"], new: ["test/c"], unrecorded: [], no_longer_seen: ["test/b"] },
  });
});
