import assert from "node:assert/strict";
import { variantProfile } from "../../lab/reference.ts";
import { seedOf } from "../../lab/seeds.ts";
import { allSuites } from "../registry.ts";
import { forEachEvidence, formatJudgement, judge } from "./_testing/memory_runs.ts";

for (const suite of await allSuites()) {
  for (const variant of suite.legalVariants ?? []) {
    Deno.test(`${variant.id} is legal and fails no check`, async () => {
      let passed = 0;
      const device = variantProfile(suite, variant);
      await forEachEvidence(suite, [device], async (directory, name) => {
        for (const judged of await judge(suite, directory)) {
          const { verdict } = judged.outcome;
          assert.ok(verdict !== "fail" && verdict !== "error", formatJudgement(name, judged));
          if (verdict === "pass") passed++;
        }
      }, seedOf(variant.id));
      assert.ok(passed > 0, "something was judged");
    });
  }
}
