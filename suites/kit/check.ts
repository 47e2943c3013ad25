import type { Evidence, FactCollectors, Facts } from "./evidence.ts";
import type { Verdict } from "./verdict.ts";

/** A pure judge of evidence: it never sees a live device, so its verdict can be recomputed. */
export interface Check<Id extends string = string, N extends FactCollectors = FactCollectors> {
  /** A name, never a position: `core_identity/7/first_assignment`. */
  id: string;
  /** The rule as a sentence. */
  title: string;
  covers: readonly [Id, ...Id[]];
  /** Scenarios whose evidence it judges. Evidence that came without a scenario is judged by all. */
  on: readonly [string, ...string[]];
  /** Roles whose conduct it judges: it is not run when the device under test plays none of them. */
  judges: readonly string[];
  needs: N;
  judge(facts: Facts<N>, evidence: Evidence): Verdict;
}

/** Keeps the types of `needs` while a check joins a list of checks. */
export function check<Id extends string, N extends FactCollectors>(value: Check<Id, N>): Check<Id> {
  return value as unknown as Check<Id>;
}
