import assert from "node:assert/strict";
import { applyWaivers, judgeRequirements } from "../engine/tally.ts";
import type { Outcome } from "../kit/verdict.ts";
import { testSuite } from "../_testing/test_suite.ts";
import { buildReport } from "./build.ts";
import { type FindingDevice, recordedFinding, reportFindings } from "./findings.ts";
import { findingsSentences } from "./findings_words.ts";
import { junitXml } from "./junit.ts";
import { summaryMarkdown } from "./markdown.ts";
import type { Report, ReportCheck } from "./model.ts";
import { reportSchema } from "./model.ts";
import { reportHtml } from "./page/page.tsx";

const EVIDENCE = "evidence/test/plain";

function recorded(check: string, note?: string) {
  const frames = [{ capture: `${EVIDENCE}/wan.pcapng`, number: 1, octets: "c802" }];
  const text = { requirements: ["TST-001"], expected: "", actual: "", seen: "2026-01-01" };
  return { check, frames, ...text, ...(note === undefined ? {} : { note }) };
}

function device(findings?: FindingDevice["findings"]): FindingDevice {
  return { name: "box", roles: ["sender"], findings };
}

function judgement(id: string, verdict: ReportCheck["verdict"], evidence = EVIDENCE) {
  return { id, verdict, evidence, roles: ["sender"] };
}

/** The report of a device whose one check had this outcome. */
function report(outcome: Outcome, profiles: readonly FindingDevice[]): Report {
  const suite = testSuite(), scope = { roles: ["sender"], classes: [] };
  const placed = { scenario: "test/plain", roles: ["sender"], durationMs: 1, evidence: EVIDENCE };
  const checks = [{ check: suite.checks[0], outcome, ...placed }];
  const requirements = judgeRequirements(suite, checks, [scope], false);
  const when = { started: "2026-01-02T03:04:05Z", duration_ms: 12, seed: 7 };
  return buildReport({
    run: {
      ...{ id: "run-1", ...when, world: "memory", kernel: "Linux 6", commit: "" },
      ...{ command: "plumbline certify", selection: false },
    },
    device: { name: "box", vendor: "", version: "", roles: ["sender"], classes: [] },
    ...{ profiles, suites: [{ suite, checks }], requirements, captures: [] },
    waivers: applyWaivers([], requirements, "2026-01-02"),
  });
}

const FAIL: Outcome = {
  verdict: "fail",
  expected: "core 3",
  actual: "core 4",
  frames: [{ capture: "wan", number: 2 }],
};
const ID = testSuite().checks[0].id;
const NOTE = "As its log says";

/** Everything that a report is read in. */
function readings(made: Report): string[] {
  const html = reportHtml(made, { scenarios: [], packets: new Map() });
  return [html, summaryMarkdown(made).replaceAll("\\", ""), junitXml(made)];
}

Deno.test("a failure that the profile records is known, another is new, and neither turns anything", () => {
  const [known, fresh, unasked] = [
    report(FAIL, [device([recorded(ID, NOTE)])]),
    report(FAIL, [device()]),
    report(FAIL, []),
  ];
  for (const made of [known, fresh, unasked]) {
    assert.deepEqual(reportSchema.parse(JSON.parse(JSON.stringify(made))), made);
    assert.deepEqual([made.conclusion, made.exit_code], ["not_conformant", 1]);
  }
  const marks = [known, fresh, unasked].map(({ suites }) => suites[0].checks[0].finding);
  assert.deepEqual(marks, ["known", "new", undefined]);
  assert.deepEqual(known.device.findings, [
    { device: "box", check: ID, recorded: "2026-01-01", state: "known", note: NOTE },
  ]);
  for (const text of readings(known)) assert.match(text, /known finding/);
  for (const text of readings(fresh)) assert.match(text, /new finding/);
  for (const text of readings(unasked)) assert.doesNotMatch(text, /(known|new) finding/);
  assert.match(readings(known)[0], new RegExp(NOTE));
  assert.equal(unasked.device.findings, undefined);
});

Deno.test("a recorded finding whose check passes is no longer seen, and the run still conforms", () => {
  const made = report({ verdict: "pass" }, [device([recorded(ID)])]);
  assert.deepEqual([made.conclusion, made.exit_code], ["conformant", 0]);
  assert.deepEqual(made.device.findings?.map(({ state }) => state), ["no_longer_seen"]);
  for (const text of readings(made).slice(0, 2)) {
    assert.match(text, /1 recorded finding is no longer seen: .*all_ones/);
  }
});

Deno.test("findings are held against the run check by check, and a fail outweighs a pass", () => {
  const findings = ["t/known", "t/mended", "t/unsure", "t/absent", "other/check"]
    .map((check) => recorded(check));
  const checks = [
    judgement("t/new", "fail"),
    judgement("t/known", "pass"),
    judgement("t/known", "fail", "evidence/t/elsewhere"),
    judgement("t/mended", "pass"),
    judgement("t/unsure", "inconclusive"),
  ];
  const states = reportFindings([device(findings)], [{ name: "t", checks }])
    .map(({ check, state }) => [check, state]);
  assert.deepEqual(states, [
    ["t/known", "known"],
    ["t/mended", "no_longer_seen"],
    ["t/unsure", "not_judged"],
    ["t/absent", "not_judged"],
  ]);
  const chosen = reportFindings([device(findings)], [{ name: "t", checks }], true);
  assert.deepEqual(chosen.map(({ check }) => check), ["t/known", "t/mended", "t/unsure"]);
});

Deno.test("a pass elsewhere shows nothing where the evidence of a finding could not be judged", () => {
  const checks = [judgement("t/a", "inconclusive"), judgement("t/a", "pass", "evidence/t/b")];
  const [{ state }] = reportFindings([device([recorded("t/a")])], [{ name: "t", checks }]);
  assert.equal(state, "not_judged");
  const [first] = reportFindings([device([recorded("t/a")])], [{ name: "t", checks: [checks[1]] }]);
  assert.equal(first.state, "no_longer_seen");
});

Deno.test("a finding is one of the device that plays the role judged", () => {
  const [known, another] = [device([recorded("t/a")]), { name: "other", roles: ["receiver"] }];
  assert.equal(recordedFinding([known, another], { id: "t/a", roles: ["receiver"] }), undefined);
  assert.equal(recordedFinding([known, another], { id: "t/a", roles: ["sender"] })?.check, "t/a");
  assert.equal(recordedFinding([known, another], { id: "t/a" })?.check, "t/a");
});

Deno.test("checks that failed for the first time are named before anything else", () => {
  const made = report(FAIL, [device([recorded("test/other")])]);
  const [first, ...rest] = findingsSentences(made);
  assert.deepEqual(first, {
    text: "1 failing check is not among the recorded findings",
    checks: [ID],
  });
  assert.deepEqual(rest.map(({ text }) => text), ["1 recorded finding was not judged"]);
});
