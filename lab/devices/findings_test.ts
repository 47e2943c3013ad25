import { deepStrictEqual, rejects } from "node:assert";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { compareFindings, findingOf } from "./findings.ts";

function judged(id: string, verdict: ReportCheck["verdict"]): ReportCheck {
  const text = { title: id, scenario: "", evidence: "", covers: ["TST-001"] };
  return { ...text, id, verdict, level: "MUST", duration_ms: 0 };
}

function finding(check: string) {
  const frames = [{ capture: "wan.pcapng", number: 1, octets: "c802" }];
  return { check, requirements: ["TST-001"], expected: "", actual: "", frames, seen: "2026-01-01" };
}

Deno.test("a run is held against known findings check by check, and a fail outweighs a pass", () => {
  const checks = [
    judged("t/new", "fail"),
    judged("t/known", "pass"),
    judged("t/known", "fail"),
    judged("t/mended", "pass"),
    judged("t/unsure", "inconclusive"),
    judged("t/good", "pass"),
  ];
  const report = { suites: [{ name: "t", checks }] } as unknown as Report;
  const known = ["t/known", "t/mended", "t/unsure", "t/absent"].map(finding);
  const { fresh, ...rest } = compareFindings(report, known);
  deepStrictEqual(fresh.map(({ id }) => id), ["t/new"]);
  deepStrictEqual(rest, {
    confirmed: ["t/known"],
    gone: ["t/mended"],
    unseen: ["t/unsure", "t/absent"],
  });
});

Deno.test("what no packet proves is not recorded as a finding", () =>
  rejects(findingOf(judged("t/new", "fail"), "/nowhere", "2026-01-01"), /no packet proves it/));
