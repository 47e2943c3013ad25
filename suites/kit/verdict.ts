import type { FrameRef } from "../../captures/frame.ts";

/** The requirement was kept. */
export interface Pass {
  verdict: "pass";
}

/** The requirement was broken. */
export interface Fail {
  verdict: "fail";
  expected: string;
  actual: string;
  /** The fault itself, or the stimulus that went unanswered: never empty, or the fault is ours. */
  frames: FrameRef[];
}

/** The evidence does not allow a verdict. */
export interface Inconclusive {
  verdict: "inconclusive";
  /** A true sentence about this evidence, without a full stop. */
  reason: string;
  /** Asks for another try of the scenario by itself: why it may tell more. */
  rerun?: RerunReason;
}

/**
 * Why another try of a scenario may tell more: the lab was late, or the device took what it was sent
 * for a part of a conversation before, which it will not at another seed.
 */
export type RerunReason = "late" | "remembered";

/** What a check says of evidence. */
export type Verdict = Pass | Fail | Inconclusive;

/** What one part of a judgement says; undefined where it has nothing to object. */
export type PartialVerdict = Verdict | undefined;

/** What the engine may say besides: nothing here to judge, or a defect of ours. */
export type Outcome =
  | Verdict
  | { verdict: "not_applicable"; reason: string }
  | { verdict: "error"; reason: string };

/** The word of an outcome alone. */
export type VerdictWord = Outcome["verdict"];

/** The requirement was kept. */
export const pass: Pass = { verdict: "pass" };

/** The requirement was broken; `frames` prove it. */
export function fail(expected: string, actual: string, frames: FrameRef[]): Fail {
  return { verdict: "fail", expected, actual, frames };
}

/** The evidence does not allow a verdict. */
export function inconclusive(reason: string): Inconclusive {
  return { verdict: "inconclusive", reason };
}

/** The evidence allows no verdict as the lab was late: a quieter one may. */
export function tooLateToTell(reason: string): Inconclusive {
  return { verdict: "inconclusive", reason, rerun: "late" };
}

/** The evidence allows no verdict as the device went on with a conversation before this one. */
export function remembered(reason: string): Inconclusive {
  return { verdict: "inconclusive", reason, rerun: "remembered" };
}

/** Whether a value is the verdict that evidence allows none. */
export function isInconclusive(value: unknown): value is Inconclusive {
  return (value as Partial<Inconclusive> | undefined)?.verdict === "inconclusive";
}

/** Order of gravity: the outcome of several judgements of one requirement is the gravest. */
export const GRAVITY: readonly VerdictWord[] = [
  "error",
  "fail",
  "inconclusive",
  "pass",
  "not_applicable",
];

/** The gravest of several words; `inconclusive` when there is none, as nothing was shown. */
export function gravestWord(words: Iterable<VerdictWord>): VerdictWord {
  const seen = new Set(words);
  return GRAVITY.find((word) => seen.has(word)) ?? "inconclusive";
}

/**
 * The gravest of the parts of a judgement, never the first: a failure stands whatever else could not
 * be told. Of what could not be told, that which another try may tell. Passes when no part objects.
 */
export function gravest(...parts: readonly PartialVerdict[]): Verdict {
  const open = parts.filter(isInconclusive);
  return parts.find((part) => part?.verdict === "fail") ??
    open.find(({ rerun }) => rerun) ?? open[0] ?? pass;
}

/**
 * Judges each of several items and gives the gravest verdict; inconclusive when there is no item.
 * @param what What an item is, for the reason: `no ${what} was captured`.
 */
export function gravestOf<T>(
  items: Iterable<T>,
  what: string,
  judge: (item: T, index: number) => PartialVerdict,
): Verdict {
  let result: PartialVerdict;
  let index = 0;
  for (const item of items) {
    const verdict = judge(item, index++);
    if (verdict?.verdict === "fail") return verdict;
    result = gravest(result, verdict);
  }
  return result ?? inconclusive(`no ${what} was captured`);
}
