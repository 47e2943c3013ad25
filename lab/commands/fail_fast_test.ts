import assert from "node:assert/strict";
import { profileSchema } from "../../suites/kit/profile.ts";
import { type Outcome, pass } from "../../suites/kit/verdict.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import { stopsAtFailure } from "./fail_fast.ts";

const SUITE = testSuite();
const FAIL: Outcome = { verdict: "fail", expected: "1", actual: "0", frames: [] };

/** Why a run of a device stops after one judgement. */
function stops(outcome: Outcome, level: string, { classes = ["X1"], excused = false } = {}) {
  const device = profileSchema.parse({
    ...{ name: "box", roles: ["sender"], classes, attach: { kind: "reference" } },
    exceptions: excused ? [{ requirement: "TST-001", reason: "x", expires: "2026-01-02" }] : [],
  });
  const check = SUITE.checks.find(({ covers }) => covers.includes(level))!;
  const judge = stopsAtFailure(
    { owed: new Map([[SUITE, [device]]]), devices: [device] },
    "2026-01-01",
  );
  const judged = { check, outcome, roles: ["sender"], durationMs: 0, evidence: "evidence/x" };
  return judge({ suite: SUITE, checks: [judged], captures: [] });
}

Deno.test("a run stops at what turns it: a failure of something required, or an error of ours", () => {
  assert.equal(stops(FAIL, "TST-001"), "--fail-fast, and test/all_ones failed on evidence/x");
  assert.match(stops({ verdict: "error", reason: "!" }, "TST-001") ?? "", /broke down/);
});

Deno.test("a run goes on after what turns nothing", () => {
  assert.equal(stops(pass, "TST-001"), undefined);
  assert.equal(stops({ verdict: "inconclusive", reason: "?" }, "TST-001"), undefined);
  assert.equal(stops(FAIL, "TST-001", { excused: true }), undefined);
  assert.equal(stops(FAIL, "TST-002", { classes: [] }), undefined);
});
