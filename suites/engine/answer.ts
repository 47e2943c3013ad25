/** Judges captures that nobody said anything about: who is who, and what applies, they tell themselves. */
import type { FrameRef } from "../../captures/frame.ts";
import type { FactCollector } from "../kit/collector.ts";
import type { Told } from "../kit/conversation.ts";
import type { Evidence } from "../kit/evidence.ts";
import type { Suite } from "../kit/suite.ts";
import type { UnloadedSuite } from "./claims.ts";
import type { Findings } from "./findings.ts";
import { collectGarbage } from "./garbage.ts";
import {
  judgeAndGather,
  type JudgedCheck,
  type JudgeOptions,
  type SuiteEvidence,
} from "./judge.ts";
import { referenceScope, type Scope, whyNotBound } from "./scope.ts";
import { type Survey, survey, surveyNotes } from "./survey.ts";

/** What one suite says of captures. */
export interface SuiteAnswer {
  suite: Suite;
  evidence: Evidence;
  judged: JudgedCheck[];
  /** Undefined where the suite tells nothing, or saw nothing of its own. */
  told?: Told;
  /** Whom and what was judged: as declared, one scope for each device, or as seen. */
  scopes: readonly Scope[];
}

/** What all suites say of captures. */
export interface Answer {
  /** Only those that saw something of their own, or that were declared. */
  suites: SuiteAnswer[];
  survey: Survey;
  /** What limits all of it, each a sentence without a full stop. */
  notes: string[];
  /** Words of suites that were not loaded, and have something to say of these captures. */
  claimed: readonly string[];
}

/** Captures that are to be told of. */
export interface Question {
  /** The captures as they are to whoever belongs to no suite. */
  evidence: Evidence;
  /** Suites with the evidence that the captures are to each. */
  pairs: readonly SuiteEvidence[];
  /** Suites that are not loaded: where one of these claims a frame, the answer is not whole. */
  unloaded?: readonly UnloadedSuite[];
}

/**
 * Judges captures in one walk and tells of the conversations in them.
 * @param declared What profiles declare, one scope for each device; undefined where the captures are
 * to tell.
 */
export async function answerCaptures(
  { evidence: captures, pairs, unloaded }: Question,
  options: JudgeOptions,
  declared?: readonly Scope[],
): Promise<Answer> {
  const placed = new Map<Suite, Evidence>();
  const { judged, findings, notes, claimed: unanswered } = await judgeAndGather(pairs, {
    ...options,
    scopesOf: ({ suite }) => declared ?? [referenceScope(suite)],
  }, {
    ofSuite: ({ conversations }) =>
      Object.values(conversations?.needs ?? {}) as FactCollector<unknown>[],
    ofAll: { evidence: captures, collectors: [survey] },
    unloaded,
    evidenceOf({ suite, evidence }, found) {
      const facts = declared === undefined ? factsOf(suite, found, []) : undefined;
      const where = facts && suite.conversations?.place?.(facts, evidence);
      placed.set(suite, where ?? evidence);
      return where ?? evidence;
    },
  });
  const surveyed = findings.at(-1)!.facts.get(survey.name) as Survey;
  const answer: Answer = {
    ...{ suites: [], survey: surveyed, claimed: unanswered },
    notes: [...notes, ...surveyNotes(surveyed)],
  };
  const claimed = new Set<string>();
  for (const i of whoStandsOnOthersFirst(pairs)) {
    const { suite } = pairs[i], evidence = placed.get(suite) ?? pairs[i].evidence;
    collectGarbage();
    const lacks: string[] = [];
    const facts = factsOf(suite, findings[i], lacks);
    const told = facts &&
      suite.conversations?.tell(facts, evidence, citedBy(judged[i]), claimed);
    for (const key of told?.claims ?? []) claimed.add(key);
    const scopes = declared ?? [{ roles: told?.roles ?? [], classes: told?.classes ?? [] }];
    const isSeen = told !== undefined && told.conversations.length > 0;
    if (!isSeen) answer.notes.push(...told?.notes ?? []);
    if (isSeen || facts === undefined) answer.notes.push(...lacks);
    if (!isSeen && declared === undefined) continue;
    const applied = declared === undefined ? applying(suite, judged[i], scopes) : judged[i];
    answer.suites.push({ suite, evidence, judged: applied, scopes, ...(isSeen ? { told } : {}) });
  }
  return answer;
}

/** The places of pairs: a suite that stands on another one comes before that. */
function whoStandsOnOthersFirst(pairs: readonly SuiteEvidence[]): number[] {
  const bases = (i: number) => pairs[i].suite.bases?.length ?? 0;
  return pairs.map((_, i) => i).sort((a, b) => bases(b) - bases(a) || a - b);
}

/** The facts that a suite's story needs; what keeps it from being told is noted. */
function factsOf(
  { name: word, conversations }: Suite,
  { facts, broken, excess }: Findings,
  notes: string[],
): Record<string, unknown> | undefined {
  if (conversations === undefined) return undefined;
  const found: Record<string, unknown> = {};
  for (const [key, { name }] of Object.entries(conversations.needs)) {
    const why = broken.get(name);
    if (why !== undefined) {
      notes.push(`what ${word} shows cannot be told, by a defect of Plumbline: ${why}`);
      return undefined;
    }
    const beyond = excess.get(name);
    if (beyond !== undefined) {
      notes.push(`the captures hold ${beyond}: the answer is of those that are kept`);
    }
    found[key] = facts.get(name);
  }
  return found;
}

/** The frames that failures name. */
function citedBy(judged: readonly JudgedCheck[]): FrameRef[] {
  return judged.flatMap(({ outcome }) => outcome.verdict === "fail" ? outcome.frames : []);
}

/** The judgements of roles that were seen; what was judged of options that nobody uses is not. */
function applying(
  suite: Suite,
  judged: readonly JudgedCheck[],
  scopes: readonly Scope[],
): JudgedCheck[] {
  const roles = scopes.flatMap((scope) => scope.roles);
  return judged.filter(({ check }) => check.judges.some((role) => roles.includes(role)))
    .map((one) => {
      const reasons = one.check.covers.map((id) => {
        const requirement = suite.requirements[id];
        return requirement === undefined || whyNotBound(requirement, scopes) === undefined;
      });
      if (reasons.includes(true)) return one;
      const words = one.check.covers.flatMap((id) => suite.requirements[id]?.classes ?? []);
      const reason = `the captures show no use of ${[...new Set(words)].join(" or ")}`;
      return { ...one, outcome: { verdict: "not_applicable" as const, reason } };
    });
}
