import { deepStrictEqual, rejects, throws } from "node:assert";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { findingOf, tellingOf } from "./record_findings.ts";

function judged(id: string, verdict: ReportCheck["verdict"], evidence = ""): ReportCheck {
  const text = { title: id, scenario: "", covers: ["TST-001"] };
  return { ...text, id, verdict, evidence, level: "MUST", duration_ms: 0 };
}

Deno.test("of all failures of a check the first with a packet is recorded", () => {
  const frames = [{ capture: "wan", number: 1 }];
  const checks = [
    judged("t/known", "pass", "a"),
    judged("t/known", "fail", "b"),
    { ...judged("t/known", "fail", "c"), frames },
    { ...judged("t/known", "fail", "d"), frames },
    judged("t/good", "pass"),
  ];
  const report = { suites: [{ name: "t", checks }] } as unknown as Report;
  deepStrictEqual(tellingOf(report, ["t/known"]).map(({ evidence }) => evidence), ["c"]);
  throws(() => tellingOf(report, ["t/good"]), /t\/good as it did not fail in this run/);
});

Deno.test("what no packet proves is not recorded as a finding", () =>
  rejects(findingOf(judged("t/new", "fail"), "/nowhere", "2026-01-01"), /no packet proves it/));
