import assert from "node:assert/strict";
import type { JudgedCheck } from "./judge.ts";
import { concludeRun, EXIT } from "./conclusion.ts";
import { applyWaivers, judgeRequirements, totalsOf, type Waiver } from "./tally.ts";
import { testSuite } from "../_testing/test_suite.ts";
import type { Outcome } from "../kit/verdict.ts";

const SUITE = testSuite();
const PASS: Outcome = { verdict: "pass" };
const FAIL: Outcome = { verdict: "fail", expected: "1", actual: "0", frames: [] };
const UNSURE: Outcome = { verdict: "inconclusive", reason: "?" };
const ERROR: Outcome = { verdict: "error", reason: "!" };

/** Runs the tally over outcomes of TST-001. */
function run(
  outcomes: Outcome[],
  classes: string[] = [],
  exceptions: { requirement: string; reason: string; expires: string }[] = [],
  selected = false,
) {
  const judged: JudgedCheck[] = outcomes.map((outcome) => ({
    check: SUITE.checks[0],
    outcome,
    roles: ["sender"],
    durationMs: 0,
  }));
  const scope = { roles: ["sender"], classes };
  const requirements = judgeRequirements(SUITE, judged, [scope], selected);
  const waivers = applyWaivers(exceptions, requirements, "2026-05-01");
  const exit = EXIT[concludeRun({ totals: totalsOf(judged), requirements, waivers })];
  return { requirements, waivers, exit };
}

Deno.test("the exit code says the gravest thing that was found", () => {
  assert.equal(run([PASS]).exit, 0);
  assert.equal(run([PASS, FAIL]).exit, 1);
  assert.equal(run([PASS, UNSURE]).exit, 3);
  assert.equal(run([UNSURE, FAIL]).exit, 1);
  assert.equal(run([FAIL, ERROR]).exit, 4);
});

Deno.test("a run that judged nothing is never conformant", () => {
  assert.equal(run([]).exit, 3);
  assert.equal(run([], [], [], true).exit, 3);
  assert.equal(concludeRun({ totals: totalsOf([]), requirements: [] }), "inconclusive");
});

Deno.test("a MUST that binds and that no check judged is inconclusive", () => {
  const { requirements, exit } = run([PASS], ["X1"]);
  const found = requirements.find(({ requirement }) => requirement.id === "TST-002")!;
  assert.equal(found.verdict, "inconclusive");
  assert.equal(
    found.reason,
    "no scenario that provokes it was run, and its checks know no stimulus but those of scenarios",
  );
  assert.equal(exit, 3);
});

Deno.test("a selected run speaks only of what it judged", () => {
  const { requirements, exit } = run([PASS], ["X1"], [], true);
  assert.deepEqual(requirements.map(({ requirement }) => requirement.id), ["TST-001"]);
  assert.equal(exit, 0);
});

Deno.test("a SHOULD that nobody judged does not stand in the way", () => {
  const { requirements } = run([PASS]);
  const should = requirements.find(({ requirement }) => requirement.id === "TST-003")!;
  assert.equal(should.verdict, "inconclusive");
  assert.equal(should.required, false);
});

Deno.test("a MAY is required once it is declared", () => {
  assert.equal(run([PASS], ["extra"]).exit, 3);
});

Deno.test("a requirement that binds two roles is not shown by what one of them does", () => {
  const [check, ...rest] = SUITE.checks;
  const both = {
    ...SUITE,
    requirements: {
      "TST-001": { ...SUITE.requirements["TST-001"], binds: ["sender", "receiver"] },
    },
    checks: [{ ...check, judges: ["sender", "receiver"] }, ...rest],
  };
  const judged = [{ check, outcome: PASS, roles: ["sender"], durationMs: 0 }];
  const verdictFor = (...roles: string[]) => {
    const [found] = judgeRequirements(both, judged, [{ roles, classes: [] }], false);
    return [found.verdict, found.reason];
  };
  assert.deepEqual(verdictFor("sender"), ["pass", undefined]);
  assert.deepEqual(verdictFor("sender", "receiver"), [
    "inconclusive",
    "nothing was judged of the device as receiver",
  ]);
});

Deno.test("what passes only under exceptions was not shown", () => {
  const requirements = [{ required: true, verdict: "fail" as const, waiver: IN_FORCE }];
  assert.equal(concludeRun({ totals: totalsOf([]), requirements }), "inconclusive");
  const more = [...requirements, { required: false, verdict: "pass" as const }];
  assert.equal(concludeRun({ totals: totalsOf([]), requirements: more }), "inconclusive");
});

Deno.test("a run whose directory says something else than its evidence is not conformant", () => {
  const requirements = [{ required: true, verdict: "pass" as const }];
  const totals = totalsOf([]);
  assert.equal(concludeRun({ totals, requirements }), "conformant");
  assert.equal(concludeRun({ totals, requirements, contradicted: true }), "inconclusive");
});

const IN_FORCE: Waiver = {
  ...{ requirement: "TST-001", reason: "known", expires: "2026-12-31", state: "in_force" },
};

const WAIVER = { requirement: "TST-001", reason: "known", expires: "2026-12-31" };

Deno.test("a waiver excuses a failure and stays visible", () => {
  const { requirements, waivers } = run([FAIL, PASS], [], [WAIVER]);
  const totals = totalsOf([]);
  assert.equal(concludeRun({ totals, requirements }), "inconclusive", "nothing else was shown");
  const other = { required: true, verdict: "pass" as const };
  assert.equal(concludeRun({ totals, requirements: [...requirements, other] }), "conformant");
  assert.equal(waivers[0].state, "in_force");
  assert.equal(requirements[0].verdict, "fail");
  assert.equal(requirements[0].waiver, waivers[0]);
});

Deno.test("a waiver of what passes is stale and fails the run", () => {
  const { waivers, exit } = run([PASS], [], [WAIVER]);
  assert.equal(waivers[0].state, "stale");
  assert.equal(exit, 1);
});

Deno.test("a waiver past its day fails the run, and holds on the day itself", () => {
  assert.equal(run([FAIL], [], [{ ...WAIVER, expires: "2026-04-30" }]).waivers[0].state, "expired");
  assert.equal(run([PASS], [], [{ ...WAIVER, expires: "2026-04-30" }]).exit, 1);
  assert.equal(
    run([FAIL], [], [{ ...WAIVER, expires: "2026-05-01" }]).waivers[0].state,
    "in_force",
  );
});
