import type { JudgedCheck } from "./judge.ts";
import type { Profile } from "../kit/profile.ts";
import type { Requirement } from "../kit/requirement.ts";
import { isRequired, rolesBound, type Scope, whyNotBound } from "./scope.ts";
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

/**
 * Says for each requirement of a suite what the checks found. A requirement that binds and that no
 * check judged, or none in one of the roles that it binds, is inconclusive, as nothing was shown; in
 * a `selected` run what was not judged is left out instead.
 * @param scopes What the devices have to answer for, one for each device.
 */
export function judgeRequirements(
  suite: Suite,
  judged: readonly JudgedCheck[],
  scopes: readonly Scope[],
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
    const why = whyNotBound(requirement, scopes);
    const common = { suite: suite.name, requirement, checks: ids };
    if (why !== undefined) {
      if (selected && all.length === 0) continue;
      out.push({ ...common, verdict: "not_applicable", reason: why, required: false });
      continue;
    }
    const found = all.filter(({ outcome }) => outcome.verdict !== "not_applicable");
    if (selected && found.length === 0) continue;
    const words = found.map(({ outcome }) => outcome.verdict);
    const open = selected ? [] : rolesNotShown(suite, requirement, found, scopes);
    if (open.length > 0) words.push("inconclusive");
    out.push({
      ...common,
      verdict: gravestWord(words),
      required: isRequired(requirement),
      ...(found.length === 0
        ? { reason: whyUnjudged(suite, requirement, all) }
        : open.length > 0
        ? { reason: `nothing was judged of the device as ${open.join(" and ")}` }
        : {}),
    });
  }
  return out;
}

/**
 * The roles in which a requirement binds the devices and nothing was judged of them, though the suite
 * has checks for just that: one role that keeps it says nothing of the other.
 */
function rolesNotShown(
  suite: Suite,
  requirement: Requirement,
  found: readonly JudgedCheck[],
  scopes: readonly Scope[],
): string[] {
  return rolesBound(requirement, scopes).filter((role) =>
    suite.checks.some(({ covers, judges }) =>
      covers.includes(requirement.id) && judges.includes(role)
    ) && !found.some(({ roles }) => roles.includes(role))
  );
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
