import assert from "node:assert/strict";
import { variantProfile } from "../../lab/reference.ts";
import type { LegalVariant } from "../kit/legal_variant.ts";
import type { Scenario } from "../kit/scenario.ts";
import type { Suite } from "../kit/suite.ts";
import { allSuites } from "../registry.ts";
import {
  digestOf,
  type EvidenceOptions,
  forEachEvidence,
  formatJudgement,
  judge,
} from "./_testing/memory_runs.ts";

/** A choice must be legal whatever the dice say: with the second seed in every third scenario. */
const SEEDS = [1, 11];
const SAMPLE = 3;

for (const suite of await allSuites()) {
  const references = SEEDS.map(() => new Map<string, Promise<string>>());
  for (const [place, variant] of (suite.legalVariants ?? []).entries()) {
    // Neighbours take different thirds, so that together they go through all scenarios.
    const sampled = suite.scenarios.filter(({ heavy }, at) =>
      !heavy && (at + place) % SAMPLE === 0
    );
    Deno.test(`${variant.id} is legal and fails no check`, async () => {
      let passed = 0, differs = false;
      for (const [i, seed] of SEEDS.entries()) {
        const options: EvidenceOptions = {
          seed,
          isChosen: (scenario) =>
            concerns(variant, scenario) && (i === 0 || sampled.includes(scenario)),
        };
        const device = variantProfile(suite, variant);
        await forEachEvidence(suite, [device], async (directory, name, scenario) => {
          for (const judged of await judge(suite, directory)) {
            const { verdict } = judged.outcome;
            assert.ok(verdict !== "fail" && verdict !== "error", formatJudgement(name, judged));
            if (verdict === "pass") passed++;
          }
          if (differs) return;
          const known = references[i];
          let reference = known.get(scenario.id);
          if (reference === undefined) {
            known.set(scenario.id, reference = referenceDigest(suite, scenario, seed));
          }
          differs = await digestOf(directory) !== await reference;
        }, options);
      }
      assert.ok(passed > 0, "something was judged");
      assert.ok(differs, "it behaves as the plain reference does, frame for frame");
    });
  }
}

/** Whether a variant makes its choice in a scenario. */
function concerns({ classes, heavy = false }: LegalVariant, scenario: Scenario): boolean {
  const isOfClass = classes === undefined || classes.includes(scenario.class);
  return isOfClass && (heavy || !scenario.heavy);
}

/** What the plain reference peers leave of a scenario. */
async function referenceDigest(suite: Suite, { id }: Scenario, seed: number): Promise<string> {
  let digest = "";
  await forEachEvidence(suite, [], async (directory) => {
    digest = await digestOf(directory);
  }, { seed, isChosen: (scenario) => scenario.id === id });
  return digest;
}
