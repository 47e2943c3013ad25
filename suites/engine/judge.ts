import type { Check } from "../kit/check.ts";
import type { FactCollector, FactCollectors, Facts } from "../kit/collector.ts";
import type { Evidence } from "../kit/evidence.ts";
import { isPlainReference } from "../kit/device_origin.ts";
import type { Suite } from "../kit/suite.ts";
import { inconclusive, isInconclusive, type Outcome, tooLateToTell } from "../kit/verdict.ts";
import type { CaptureReader } from "./capture_source.ts";
import { claimedOf, claimListener, type UnloadedSuite } from "./claims.ts";
import type { Findings } from "./findings.ts";
import { collectGarbage } from "./garbage.ts";
import { gather, type Listener } from "./gather.ts";
import { holdAgainstScenario } from "./integrity/against_scenario.ts";
import { type Damage, formatDamage, isConcerned } from "./integrity/damage.ts";
import { readCaptureFile, readCaptureFiles } from "./read_capture_file.ts";
import { rolesJudged, type Scope, whyNotApplicable } from "./scope.ts";

/** How evidence is to be judged. */
export interface JudgeOptions {
  /** Whom to judge, one scope for each device; by default what the evidence says of those in it. */
  scopes?: readonly Scope[];
  /** Likewise for each suite. */
  scopesOf?(pair: SuiteEvidence): readonly Scope[];
  /** Only checks whose id begins with this. */
  prefix?: string;
  /**
   * Judges by every check, also by cases that the evidence was not made for: their stimuli must tell
   * that it is not for them. The project's own tests ask for it.
   */
  everyCheck?: boolean;
  /** How the evidence differs from what was recorded, where that is known before it is read. */
  damage?: readonly Damage[];
  /** Reads captures; the reader of `captures/` by default. */
  read?: CaptureReader;
  /** Milliseconds on some clock; without it durations are 0. */
  clock?: () => number;
  /** Told of all damage to the evidence, also of what no verdict rests on. */
  damaged?: (damage: Damage) => void;
}

/** A check with its outcome on one piece of evidence. */
export interface JudgedCheck {
  check: Check;
  outcome: Outcome;
  /** Scenario of the evidence, where there is one. */
  scenario?: string;
  /** The roles of devices under test whose conduct it judged here. */
  roles: readonly string[];
  /** Milliseconds that the judgement took, without the walk that it shares with others. */
  durationMs: number;
}

/** Evidence with the suite that is to judge it. */
export interface SuiteEvidence {
  suite: Suite;
  evidence: Evidence;
}

/**
 * Judges evidence by every check of a suite that it concerns, reading each file once. A check
 * that rests on damaged evidence is inconclusive; one that throws, or fails without a frame that shows
 * the fault, is our own error.
 */
export async function judgeEvidence(
  suite: Suite,
  evidence: Evidence,
  options: JudgeOptions = {},
): Promise<JudgedCheck[]> {
  return (await judgeTogether([{ suite, evidence }], options))[0];
}

/**
 * Judges the same captures by several suites, reading each file once for all of them. The evidence
 * of each suite names the same taps; what else it says is the suite's own.
 * @returns For each suite what `judgeEvidence` would give.
 */
export async function judgeTogether(
  pairs: readonly SuiteEvidence[],
  options: JudgeOptions = {},
): Promise<JudgedCheck[][]> {
  return (await judgeAndGather(pairs, options, {})).judged;
}

/** What one walk is to give besides the facts that checks need. */
export interface FurtherNeeds {
  /** Collectors of a suite besides those of its checks. */
  ofSuite?(suite: Suite): readonly FactCollector<unknown>[];
  /** What the evidence of a pair is once its captures were read, where they tell more of it. */
  evidenceOf?(pair: SuiteEvidence, findings: Findings): Evidence;
  /** Collectors that see every frame, whichever suite it concerns. */
  ofAll?: { evidence: Evidence; collectors: readonly FactCollector<unknown>[] };
  /** Suites that are to be judged by only where they claim some frame. */
  unloaded?: readonly UnloadedSuite[];
}

/** Judgements with what they rest on. */
export interface JudgedFacts {
  /** By pair, as `judgeTogether` gives them. */
  judged: JudgedCheck[][];
  /** By pair, and last what the collectors found that see every frame. */
  findings: Findings[];
  /** What a reader of captures alone must know of them. */
  notes: string[];
  /** Words of those suites that were not loaded, and claimed some frame. */
  claimed: string[];
}

/** Judges as `judgeTogether`, and gives what further collectors found in the same walk. */
export async function judgeAndGather(
  pairs: readonly SuiteEvidence[],
  options: JudgeOptions,
  further: FurtherNeeds,
): Promise<JudgedFacts> {
  const held = pairs.map(({ suite, evidence }) => holdAgainstScenario(suite, evidence));
  const selections = pairs.map(({ suite }, i) =>
    selectionOf({ suite, evidence: held[i].evidence }, options)
  );
  const listeners: Listener[] = selections.map(({ suite, evidence, active }) => ({
    evidence,
    collectors: distinct([...collectorsOf(active), ...further.ofSuite?.(suite) ?? []]),
    recognises: suite.recogniser?.(evidence),
  }));
  const { ofAll, unloaded = [] } = further;
  listeners.push(...unloaded.map(claimListener));
  if (ofAll !== undefined) listeners.push(ofAll);
  // Where nothing is to be judged, nothing need be read.
  const isIdle = selections.every(({ active }) => active.length === 0) &&
    listeners.every(({ collectors }) => collectors.length === 0);
  const gathered = isIdle
    ? { findings: [], damage: [], notes: [], frames: 0 }
    : options.read === undefined
    ? await gather(listeners, readCaptureFile, readCaptureFiles)
    : await gather(listeners, options.read);
  // What the walk left behind is as much as what it found.
  collectGarbage();
  const clock = options.clock ?? (() => 0);
  const judged = selections.map((selection, i) => {
    const found = gathered.findings[i], { frames } = gathered;
    const evidence = further.evidenceOf?.(selection, found) ?? selection.evidence;
    const damage = [...options.damage ?? [], ...held[i].damage, ...gathered.damage];
    if (options.damaged !== undefined) damage.forEach(options.damaged);
    const nothing = frames > 0 ? undefined : nothingToJudge(evidence, damage);
    if (nothing !== undefined) damage.push(nothing);
    return conclude({ ...selection, evidence }, found, damage, clock);
  });
  const claimed = isIdle ? [] : claimedOf(unloaded, gathered.findings.slice(pairs.length));
  return { judged, findings: gathered.findings, notes: gathered.notes, claimed };
}

/** Each collector once, by its name. */
function distinct(collectors: readonly FactCollector<unknown>[]): FactCollector<unknown>[] {
  return [...new Map(collectors.map((collector) => [collector.name, collector])).values()];
}

/** The checks of a suite that evidence concerns, and those of them that are to be run. */
interface CheckSelection extends SuiteEvidence {
  judged: { check: Check; roles: readonly string[]; why: string | undefined }[];
  active: Check[];
}

function selectionOf({ suite, evidence }: SuiteEvidence, options: JudgeOptions): CheckSelection {
  const scopes = options.scopes ?? options.scopesOf?.({ suite, evidence }) ?? scopesOf(evidence);
  const played = rolesJudged(suite, evidence.scenario, scopes);
  const judged = suite.checks.filter((check) =>
    check.id.startsWith(options.prefix ?? "") && (options.everyCheck || concerns(check, evidence))
  ).map((check) => ({
    check,
    roles: check.judges.filter((role) => played.includes(role)),
    why: whyNotApplicable(suite, check, scopes),
  })).filter(({ roles }) => roles.length > 0);
  const active = judged.filter(({ why }) => why === undefined).map(({ check }) => check);
  return { suite, evidence, judged, active };
}

/**
 * Whether a check judges evidence: an invariant all of it, a case that of its scenarios, and of
 * captures that no scenario left those cases that stand alone.
 */
function concerns({ kind, on, standsAlone }: Check, { scenario }: Evidence): boolean {
  if (scenario === undefined) return standsAlone;
  return kind === "invariant" || on.includes(scenario);
}

/** The verdicts of a suite, from the facts of its collectors. */
function conclude(
  { evidence, judged }: CheckSelection,
  findings: Findings,
  damage: readonly Damage[],
  clock: () => number,
): JudgedCheck[] {
  return judged.map(({ check, roles, why }) => {
    collectGarbage();
    const started = clock();
    const outcome: Outcome = why !== undefined
      ? { verdict: "not_applicable", reason: why }
      : unjudged(check, evidence, findings, damage) ?? cutFor(check, evidence, findings) ??
        judgeOne(check, evidence, findings);
    return { check, outcome, scenario: evidence.scenario, roles, durationMs: clock() - started };
  });
}

/**
 * Who is judged where nobody says so: the devices that are not plain reference peers, or, when all
 * are, every one of them. Of captures without a lab, what the profile declares.
 */
export function scopesOf(evidence: Evidence): Scope[] {
  const all = Object.values(evidence.nodes);
  const devices = all.filter(({ profile }) => !isPlainReference(profile));
  return (devices.length > 0 ? devices : all).map(({ role, profile: { roles, classes } }) => ({
    roles: evidence.world === "captures" ? roles : [role],
    classes,
  }));
}

/** The distinct collectors that checks need; checks that name the same collector share it. */
function collectorsOf(checks: readonly Check[]): FactCollector<unknown>[] {
  return distinct(checks.flatMap(({ needs }) => Object.values(needs)));
}

/** Why evidence without a frame allows no verdict, where nothing else says it. */
function nothingToJudge({ taps }: Evidence, damage: readonly Damage[]): Damage | undefined {
  const what = taps.length === 0
    ? "it holds no capture"
    : damage.length === 0
    ? "the captures hold no frame"
    : undefined;
  return what === undefined ? undefined : { kind: "unfinished", what, concerns: "everything" };
}

/** Why a check judges nothing: what it rests on is damaged, or nobody carried the scenario out. */
function unjudged(
  check: Check,
  evidence: Evidence,
  { reads }: Findings,
  damage: readonly Damage[],
): Outcome | undefined {
  const { problem } = evidence;
  const read = Object.values(check.needs).flatMap(({ name }) => reads.get(name) ?? []);
  const concerning = damage.filter((one) => isConcerned(one, read));
  const reasons = [
    ...(problem === undefined ? [] : [`the scenario was not carried out: ${problem}`]),
    ...(concerning.length === 0 ? [] : [formatDamage(concerning)]),
  ];
  if (reasons.length === 0) return undefined;
  // The scenarios that are sure to show what an invariant is about owe it; this one owes nothing.
  if (problem !== undefined && concerning.length === 0 && !owes(check, evidence)) {
    return { verdict: "not_applicable", reason: reasons[0] };
  }
  const isLabs = problem === undefined && concerning.every(({ rerun }) => rerun);
  return isLabs ? tooLateToTell(reasons.join("; ")) : inconclusive(reasons.join("; "));
}

/** Whether evidence has to show what a check is about: what an invariant is about need not occur anywhere. */
function owes({ kind, on }: Check, { scenario }: Evidence): boolean {
  return kind !== "invariant" || scenario === undefined || on.includes(scenario);
}

/** Inconclusive where captures alone cut frames short that a check would look into. */
function cutFor({ needs }: Check, { world }: Evidence, { cut }: Findings): Outcome | undefined {
  const looksInto = world === "captures" && cut.length > 0 &&
    !Object.values(needs).every(({ toleratesCut }) => toleratesCut);
  return looksInto ? inconclusive(cut.join("; ")) : undefined;
}

/** The outcome of one check on evidence that is whole. */
function judgeOne(check: Check, evidence: Evidence, findings: Findings): Outcome {
  const facts: Record<string, unknown> = {};
  const excess: string[] = [];
  for (const [key, { name }] of Object.entries(check.needs)) {
    const broken = findings.broken.get(name);
    if (broken !== undefined) {
      return { verdict: "error", reason: `collector ${name} broke down: ${broken}` };
    }
    const beyond = findings.excess.get(name);
    if (beyond !== undefined) excess.push(beyond);
    facts[key] = findings.facts.get(name);
  }
  if (excess.length > 0) return inconclusive(`the captures hold ${excess.join(" and ")}`);
  try {
    return verdictOf(check, facts, evidence);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { verdict: "error", reason: `check ${check.id} broke down: ${why}` };
  }
}

function verdictOf(check: Check, facts: Facts<FactCollectors>, evidence: Evidence): Outcome {
  const premise = check.premise(facts, evidence);
  if (isInconclusive(premise)) {
    return owes(check, evidence) ? premise : { verdict: "not_applicable", reason: premise.reason };
  }
  const verdict = check.judge(facts, premise, evidence);
  if (verdict.verdict !== "fail" || verdict.frames.length > 0) return verdict;
  const { expected, actual } = verdict;
  return {
    verdict: "error",
    reason: `check ${check.id} fails without a frame that shows it: ${expected}, got ${actual}`,
  };
}
