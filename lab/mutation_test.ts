import assert from "node:assert/strict";
import type { JudgedCheck } from "../suites/engine/judge.ts";
import type { Mutant } from "../suites/kit/mutant.ts";
import type { Scenario } from "../suites/kit/scenario.ts";
import { testSuite } from "../suites/_testing/test_suite.ts";
import type { Outcome } from "../suites/kit/verdict.ts";
import { classify, isPerfect, isUnexplained, scenariosFor, uncovered } from "./mutation.ts";

const SUITE = testSuite();
const [ALL_ONES, CLASS_ONLY] = SUITE.checks;
const MUTANT: Mutant = {
  id: "test/sender/zeroes",
  title: "Sends zeroes",
  violates: "TST-001",
  role: "sender",
  rules: {},
};
const PASS: Outcome = { verdict: "pass" };
const FAIL: Outcome = { verdict: "fail", expected: "1", actual: "0", frames: [] };

function judged(check: JudgedCheck["check"], outcome: Outcome): JudgedCheck {
  return { check, outcome, scenario: "test/plain", roles: [], durationMs: 0 };
}

Deno.test("a mutant is killed only by a failing check of the requirement it breaks", () => {
  const killed = classify(MUTANT, [judged(ALL_ONES, FAIL), judged(CLASS_ONLY, PASS)]);
  assert.deepEqual(killed.killed_by, ["test/all_ones"]);
  assert.deepEqual(killed.unrelated, []);
  const survived = classify(MUTANT, [judged(ALL_ONES, PASS), judged(CLASS_ONLY, FAIL)]);
  assert.deepEqual(survived.killed_by, []);
  assert.deepEqual(survived.unrelated, ["test/class_only"]);
  assert.deepEqual(survived.otherVerdicts, ["test/all_ones on test/plain: pass"]);
});

Deno.test("a check of a companion is no unrelated check, and no killer either", () => {
  const { killed_by, unrelated } = classify(
    { ...MUTANT, alsoViolates: ["TST-002"] },
    [judged(CLASS_ONLY, FAIL)],
  );
  assert.deepEqual([killed_by, unrelated], [[], []]);
});

Deno.test("an inconclusive check and a broken one kill nothing", () => {
  const { killed_by, errors } = classify(MUTANT, [
    judged(ALL_ONES, { verdict: "inconclusive", reason: "?" }),
    judged(ALL_ONES, { verdict: "error", reason: "!" }),
  ]);
  assert.deepEqual(killed_by, []);
  assert.deepEqual(errors, ["test/all_ones: !"]);
});

Deno.test("a MUST without a mutant or a check is listed, and excused only where no check judges it", () => {
  const unjudged = { "TST-001": "it cannot be", "TST-002": "nobody plays it" };
  const found = uncovered({ ...SUITE, checks: [ALL_ONES], unjudged });
  const [first, second] = found;
  assert.deepEqual(found.map(({ id }) => id), ["TST-001", "TST-002"]);
  assert.deepEqual(first, { id: "TST-001", check: true, mutant: false, reason: "it cannot be" });
  assert.deepEqual([second.check, second.reason], [false, "nobody plays it"]);
  assert.deepEqual(found.map(isUnexplained), [true, false]);
  assert.equal(uncovered(SUITE)[0].reason, undefined);
  const result = classify(MUTANT, [judged(ALL_ONES, FAIL)]);
  const score = { killed: 1, total: 1, mutants: [result], uncovered: [second], neverFailed: [] };
  assert.ok(isPerfect(score));
  assert.ok(!isPerfect({ ...score, uncovered: [first] }));
  assert.ok(!isPerfect({ ...score, uncovered: uncovered(SUITE) }));
  assert.ok(!isPerfect({ ...score, neverFailed: ["test/all_ones"] }));
  assert.ok(!isPerfect({ killed: 0, total: 0, mutants: [], uncovered: [], neverFailed: [] }));
});

Deno.test("a mutant goes through all scenarios of its class but heavy ones of other checks", () => {
  const scenario = (id: string, overrides: Partial<Scenario> = {}) =>
    ({ id, class: "X1", nodes: {}, ...overrides }) as Scenario;
  const suite = {
    ...SUITE,
    scenarios: [
      scenario("test/plain", { heavy: true }),
      scenario("test/other"),
      scenario("test/huge", { heavy: true }),
      scenario("test/other_class", { class: "X2" }),
    ],
  };
  const { owed, others } = scenariosFor(suite, MUTANT);
  assert.deepEqual(owed.map(({ id }) => id), ["test/plain"]);
  assert.deepEqual(others.map(({ id }) => id), ["test/other"]);
});
