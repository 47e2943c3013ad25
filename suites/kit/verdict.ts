import type { FrameRef } from "../../captures/frame.ts";

/** What a check says of evidence. */
export type Verdict =
  | { verdict: "pass" }
  | { verdict: "fail"; expected: string; actual: string; frames: FrameRef[] }
  /** `rerun` asks for another try of the scenario by itself, as the lab was late. */
  | { verdict: "inconclusive"; reason: string; rerun?: true };

/** What the runner may say besides: an undeclared optional class, or a defect of ours. */
export type Outcome =
  | Verdict
  | { verdict: "not_applicable"; reason: string }
  | { verdict: "error"; reason: string };

/** The word of an outcome alone. */
export type VerdictWord = Outcome["verdict"];

/** The requirement was kept. */
export const pass: Verdict = { verdict: "pass" };

/** The requirement was broken; `frames` prove it. */
export function fail(expected: string, actual: string, frames: FrameRef[] = []): Verdict {
  return { verdict: "fail", expected, actual, frames };
}

/** The evidence does not allow a verdict. */
export function inconclusive(reason: string): Verdict {
  return { verdict: "inconclusive", reason };
}

/** The lab was too late for a limit in time: only the scenario run again by itself may tell. */
export function tooLateToTell(reason: string): Verdict {
  return { verdict: "inconclusive", reason, rerun: true };
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
export function gravest(words: Iterable<VerdictWord>): VerdictWord {
  const seen = new Set(words);
  return GRAVITY.find((word) => seen.has(word)) ?? "inconclusive";
}
