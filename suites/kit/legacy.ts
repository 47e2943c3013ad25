/** Bridges for suites that are not yet written with the kit; they go with the last of them. */
import type { Frame } from "../../captures/frame.ts";
import type { TraceRecord } from "../../peers/machine.ts";
import type { Check } from "./check.ts";
import type { FactCollectors, Facts } from "./collector.ts";
import type { Evidence, Tap } from "./evidence.ts";
import type { Verdict } from "./verdict.ts";

/** The running state of a collector that walks headers by itself. */
export interface Accumulator<T> {
  /** Taps whose frames it wants; absent means all. */
  wants?(tap: Tap): boolean;
  /** Sees one frame; must copy what it keeps. */
  frame?(frame: Frame, tap: Tap): void;
  /** Sees one trace record. */
  trace?(record: TraceRecord): void;
  /** Gives the facts once everything was seen. */
  end(): T;
}

/** A check that shows no stimulus. */
export interface LegacyCheck<Id extends string, N extends FactCollectors> {
  id: string;
  title: string;
  covers: readonly [Id, ...Id[]];
  on: readonly [string, ...string[]];
  judges: readonly string[];
  needs: N;
  judge(facts: Facts<N>, evidence: Evidence): Verdict;
}

/** Keeps the types of `needs` while a check joins a list of checks. */
export function check<Id extends string, N extends FactCollectors>(
  value: LegacyCheck<Id, N>,
): Check<Id> {
  return {
    ...value,
    kind: "case",
    standsAlone: true,
    premise: () => ({}),
    judge: (facts: Facts<N>, _premise: object, evidence: Evidence) => value.judge(facts, evidence),
  } as unknown as Check<Id>;
}
