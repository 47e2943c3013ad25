import type { JudgedCheck } from "./judge.ts";
import type { Profile } from "../kit/profile.ts";
import type { Requirement } from "../kit/requirement.ts";
import { isRequired, type Scope, whyNotBound } from "./scope.ts";
import type { Suite } from "../kit/suite.ts";
import { gravestWord, type VerdictWord } from "../kit/verdict.ts";

/** What all checks together say of one requirement. */
export interface JudgedRequirement {
  suite: string;
  requirement: Requirement;
  verdict: VerdictWord;
  /** Why, where the checks themselves do not say it. */
  reason?: string;
  /** Ids of the checks that judged it. */
  checks: string[];
  /** Whether conformance depends on it: a MUST, or a MAY that was declared, that binds. */
  required: boolean;
  waiver?: Waiver;
}

/** An exception of the profile, and what became of it. */
export interface Waiver {
  requirement: string;
  reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  expires: string;
  /**
   * `in_force` excuses the requirement; `stale` means that it passes without; `expired` that the day
   * is over; `unused` that the run did not judge the requirement.
   */
  state: "in_force" | "stale" | "expired" | "unused";
}

/** How many judgements ended how. */
export type Totals = Record<VerdictWord, number>;

/** Exit codes of the commands that judge. */
export const EXIT = {
  conformant: 0,
  failed: 1,
  usage: 2,
  inconclusive: 3,
  ourError: 4,
} as const;

/**
 * Says for each requirement of a suite what the checks found. A requirement that binds and that no
 * check judged is inconclusive, as nothing was shown; in a `selected` run it is left out instead.
 */
export function judgeRequirements(
  suite: Suite,
  judged: readonly JudgedCheck[],
  scope: Scope,
  selected: boolean,
): JudgedRequirement[] {
  const byRequirement = new Map<string, JudgedCheck[]>();
  for (const one of judged) {
    for (const id of one.check.covers) {
      byRequirement.set(id, [...byRequirement.get(id) ?? [], one]);
    }
  }
  const out: JudgedRequirement[] = [];
  for (const requirement of Object.values(suite.requirements)) {
    const all = byRequirement.get(requirement.id) ?? [];
    const ids = [...new Set(all.map(({ check }) => check.id))];
    const why = whyNotBound(requirement, scope);
    const common = { suite: suite.name, requirement, checks: ids };
    if (why !== undefined) {
      if (selected && all.length === 0) continue;
      out.push({ ...common, verdict: "not_applicable", reason: why, required: false });
      continue;
    }
    const words = all.map(({ outcome }) => outcome.verdict)
      .filter((word) => word !== "not_applicable");
    if (selected && words.length === 0) continue;
    out.push({
      ...common,
      verdict: gravestWord(words),
      required: isRequired(requirement),
      ...(words.length === 0 ? { reason: whyUnjudged(suite, requirement, all) } : {}),
    });
  }
  return out;
}

/** Why no check gave a verdict on a requirement that binds. */
function whyUnjudged(
  suite: Suite,
  { id }: Requirement,
  judged: readonly JudgedCheck[],
): string {
  for (const { outcome } of judged) if ("reason" in outcome) return outcome.reason;
  const known = suite.unjudged?.[id];
  if (known !== undefined) return `no check judges it: ${known}`;
  return suite.checks.some(({ covers }) => covers.includes(id))
    ? "no scenario that provokes it was run, and its checks know no stimulus but those of scenarios"
    : "no check judges it yet";
}

/**
 * Holds the exceptions of profiles against what was found, and notes each at its requirement.
 * @param today `YYYY-MM-DD`.
 */
export function applyWaivers(
  exceptions: Profile["exceptions"],
  requirements: JudgedRequirement[],
  today: string,
): Waiver[] {
  return exceptions.map(({ requirement: id, reason, expires }) => {
    const found = requirements.find(({ requirement }) => requirement.id === id);
    const waiver: Waiver = { requirement: id, reason, expires, state: stateOf(found) };
    if (found !== undefined) found.waiver = waiver;
    return waiver;

    function stateOf(judged: JudgedRequirement | undefined): Waiver["state"] {
      if (expires < today) return "expired";
      if (judged === undefined || judged.verdict === "not_applicable") return "unused";
      return judged.verdict === "pass" ? "stale" : "in_force";
    }
  });
}

/** Counts outcomes by word. */
export function totalsOf(judged: Iterable<{ outcome: { verdict: VerdictWord } }>): Totals {
  const totals: Totals = { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, error: 0 };
  for (const { outcome } of judged) totals[outcome.verdict]++;
  return totals;
}

/**
 * The exit code of a run: 0 conformant, 1 something required failed (or a waiver is stale or
 * expired), 3 nothing failed but something required was not shown, 4 an error of ours.
 * A run that judged nothing is 3, never 0.
 */
export function exitCodeOf(
  totals: Totals,
  requirements: readonly JudgedRequirement[],
  waivers: readonly Waiver[] = [],
): 0 | 1 | 3 | 4 {
  if (totals.error > 0) return EXIT.ourError;
  const required = requirements.filter(({ required, waiver }) =>
    required && waiver?.state !== "in_force"
  );
  if (required.some(({ verdict }) => verdict === "fail")) return EXIT.failed;
  if (waivers.some(({ state }) => state === "stale" || state === "expired")) return EXIT.failed;
  if (totals.pass + totals.fail === 0) return EXIT.inconclusive;
  if (required.some(({ verdict }) => verdict === "inconclusive")) return EXIT.inconclusive;
  return EXIT.conformant;
}
