import assert from "node:assert/strict";
import { allSuites } from "../registry.ts";
import { judgeRequirements } from "../engine/tally.ts";
import type { JudgedCheck } from "../engine/judge.ts";
import { referenceScope } from "../engine/scope.ts";
import {
  deviceOf,
  forEachEvidence,
  formatJudgement,
  isElsewhere,
  judge,
} from "./_testing/memory_runs.ts";

for (const suite of await allSuites()) {
  const word = suite.name;
  Deno.test(`${word}: the reference peers keep every requirement that binds them`, async () => {
    const all: JudgedCheck[] = [];
    await forEachEvidence(suite, [], async (directory, name) => {
      const judged = await judge(suite, directory);
      assert.ok(judged.length > 0, `no check judged ${name}`);
      // An invariant may have nothing to judge where nobody owes it its subject.
      for (const one of judged) {
        if (!isElsewhere(one)) {
          assert.equal(one.outcome.verdict, "pass", formatJudgement(name, one));
        }
      }
      all.push(...judged);
    });
    const requirements = judgeRequirements(suite, all, [referenceScope(suite)], false);
    const open = requirements.filter(({ required, verdict }) => required && verdict !== "pass");
    assert.deepEqual(open.map(({ requirement }) => requirement.id), []);
  });

  for (const conduct of ["mute", "mirror", "flooder"]) {
    Deno.test(`${word}: a ${conduct} device passes no check`, async () => {
      const device = deviceOf(suite, { kind: "null", conduct });
      const passed: string[] = [];
      const met = new Set<string>();
      await forEachEvidence(suite, [device], async (directory, name) => {
        for (const one of await judge(suite, directory)) {
          met.add(one.check.id);
          const { verdict } = one.outcome;
          const isOpen = verdict === "fail" || verdict === "inconclusive";
          if (!isOpen && !isElsewhere(one)) passed.push(formatJudgement(name, one));
        }
      });
      assert.deepEqual(passed, []);
      assert.deepEqual(suite.checks.map(({ id }) => id).filter((id) => !met.has(id)), []);
    });
  }
}
