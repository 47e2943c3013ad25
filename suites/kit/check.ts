import type { FactCollectors, Facts } from "./collector.ts";
import type { Evidence } from "./evidence.ts";
import { type Inconclusive, inconclusive, type Verdict } from "./verdict.ts";

/**
 * A pure judge of evidence: it never sees a live device, so its verdict can be recomputed.
 *
 * A **case** judges how a device took what provoked it. It looks for its stimulus first and judges
 * nothing where that is not seen, whichever evidence it is given. An **invariant** is true of every
 * message that a role ever sends, so all evidence is judged by it.
 */
export interface Check<Id extends string = string> {
  kind: "case" | "invariant";
  /** A name, never a position: `core_identity/sender/one_identity`. */
  id: string;
  /** The rule as a sentence. */
  title: string;
  covers: readonly [Id, ...Id[]];
  /**
   * Ids of the scenarios that provoke what it judges. A case judges their evidence alone; an
   * invariant must find something to judge in theirs, and may find nothing elsewhere.
   */
  on: readonly string[];
  /** Roles whose conduct it judges: it is not run when the device under test plays none of them. */
  judges: readonly string[];
  needs: FactCollectors;
  /** Whether it judges captures that no scenario of ours left: it knows its stimulus anywhere. */
  standsAlone: boolean;
  /**
   * The stimulus that a case saw, or the subject of an invariant; where there is none, why the
   * evidence allows no verdict. All positive controls belong here.
   */
  premise(facts: Facts<FactCollectors>, evidence: Evidence): object | Inconclusive;
  /** Judges once the premise holds. */
  judge(facts: Facts<FactCollectors>, premise: object, evidence: Evidence): Verdict;
}

/** What cases and invariants have in common as they are written. */
interface Definition<Id extends string, Role extends string, N extends FactCollectors> {
  /** Below the suite's word: `sender/one_identity`. */
  name: string;
  title: string;
  covers: readonly [Id, ...Id[]];
  on: readonly [{ readonly id: string }, ...{ readonly id: string }[]];
  judges: readonly [Role, ...Role[]];
  needs: N;
}

/** A case as it is written. @typeParam S What its stimulus is, such as a message. */
export interface CaseDefinition<
  Id extends string,
  Role extends string,
  N extends FactCollectors,
  S extends object,
> extends Definition<Id, Role, N> {
  /** Whether it knows its stimulus in any capture, staged by us or not. */
  standsAlone?: true;
  /** Finds what provoked the device, and shows from the evidence that the device took part. */
  stimulus(facts: Facts<N>, evidence: Evidence): S | Inconclusive;
  judge(facts: Facts<N>, stimulus: S, evidence: Evidence): Verdict;
}

/** An invariant as it is written. @typeParam S What it judges, such as the messages of a role. */
export interface InvariantDefinition<
  Id extends string,
  Role extends string,
  N extends FactCollectors,
  S extends object,
> extends Definition<Id, Role, N> {
  /** Finds what there is to judge. */
  subject(facts: Facts<N>, evidence: Evidence): S | Inconclusive;
  judge(facts: Facts<N>, subject: S, evidence: Evidence): Verdict;
}

/** Makes a case of a suite. */
export function caseOf<
  Id extends string,
  Role extends string,
  N extends FactCollectors,
  S extends object,
>(
  suite: string,
  definition: CaseDefinition<Id, Role, N, S>,
): Check<Id> {
  const { stimulus, standsAlone = false } = definition;
  return {
    ...common(suite, definition),
    kind: "case",
    standsAlone,
    premise: stimulus,
  } as unknown as Check<Id>;
}

/** Makes an invariant of a suite. */
export function invariantOf<
  Id extends string,
  Role extends string,
  N extends FactCollectors,
  S extends object,
>(suite: string, definition: InvariantDefinition<Id, Role, N, S>): Check<Id> {
  const { subject } = definition;
  return {
    ...common(suite, definition),
    kind: "invariant",
    standsAlone: true,
    premise: subject,
  } as unknown as Check<Id>;
}

function common<Id extends string, Role extends string, N extends FactCollectors>(
  suite: string,
  definition: Definition<Id, Role, N> & { judge: unknown },
) {
  const { name, title, covers, on, judges, needs, judge } = definition;
  return {
    id: `${suite}/${name}`,
    title,
    covers,
    on: on.map(({ id }) => id),
    judges,
    needs,
    judge,
  };
}

/** The items, or inconclusive when there is none: the shortest premise. */
export function some<T>(items: readonly T[], what: string): readonly T[] | Inconclusive {
  return items.length > 0 ? items : inconclusive(`no ${what} was captured`);
}
