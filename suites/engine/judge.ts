import type { CaptureReader } from "./capture_source.ts";
import type { Check } from "../kit/check.ts";
import type { Evidence, FactCollector } from "../kit/evidence.ts";
import { isPlainReference } from "../kit/profile.ts";
import { gather, type Gathered } from "./gather.ts";
import { readCaptureFile, readCaptureFiles } from "./read_capture_file.ts";
import { referenceScope, type Scope, whyNotApplicable } from "./scope.ts";
import type { Suite } from "../kit/suite.ts";
import { inconclusive, type Outcome } from "../kit/verdict.ts";

export { evidenceFromCaptures, loadEvidence, UnreadableInput } from "./load.ts";

/** How evidence is to be judged. */
export interface JudgeOptions {
  /** Whom to judge; by default what the evidence says of the devices in it. */
  scope?: Scope;
  /** Only checks whose id begins with this. */
  prefix?: string;
  /** Reads captures; the reader of `captures/` by default. */
  read?: CaptureReader;
  /** Milliseconds on some clock; without it durations are 0. */
  clock?: () => number;
}

/** A check with its outcome on one piece of evidence. */
export interface JudgedCheck {
  check: Check;
  outcome: Outcome;
  /** Scenario of the evidence, where there is one. */
  scenario?: string;
  /** Milliseconds that the judgement took, without the walk that it shares with others. */
  durationMs: number;
}

/** Evidence with the suite that is to judge it. */
export interface Case {
  suite: Suite;
  evidence: Evidence;
}

/**
 * Judges evidence by every check of a suite that it concerns, reading each file once.
 * Damaged evidence makes each of them inconclusive; a check that throws is our own error.
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
 * of each case names the same taps; what else it says is the suite's own.
 * @returns For each case what `judgeEvidence` would give.
 */
export async function judgeTogether(
  cases: readonly Case[],
  options: JudgeOptions = {},
): Promise<JudgedCheck[][]> {
  const concerns = cases.map((one) => concernsOf(one, options));
  const passes = concerns.flatMap(({ evidence, active }, i) =>
    passesOf(active).map((pass) => ({
      name: passName(pass, i),
      begin: () => pass.begin(evidence),
    }))
  );
  // Where nothing is to be judged, nothing need be read.
  const gathered = passes.length === 0 && concerns.every(({ active }) => active.length === 0)
    ? { facts: new Map(), broken: new Map(), damage: [] }
    : options.read === undefined
    ? await gather(cases[0].evidence, passes, readCaptureFile, readCaptureFiles)
    : await gather(cases[0].evidence, passes, options.read);
  return concerns.map((concern, i) => conclude(concern, i, gathered, options.clock ?? (() => 0)));
}

/** The checks of a case that evidence concerns, and those of them that are to be run. */
interface CheckSelection {
  evidence: Evidence;
  judged: { check: Check; why: string | undefined }[];
  active: Check[];
}

function concernsOf({ suite, evidence }: Case, options: JudgeOptions): CheckSelection {
  const scope = options.scope ?? scopeOf(suite, evidence);
  const judged = suite.checks.filter((check) =>
    check.id.startsWith(options.prefix ?? "") &&
    (evidence.scenario === undefined || check.on.includes(evidence.scenario)) &&
    check.judges.some((role) => scope.roles.includes(role))
  ).map((check) => ({ check, why: whyNotApplicable(suite, check, scope) }));
  const active = judged.filter(({ why }) => why === undefined).map(({ check }) => check);
  return { evidence, judged, active };
}

/** The verdicts of a case, from the facts of its passes. */
function conclude(
  { evidence, judged }: CheckSelection,
  i: number,
  gathered: Gathered,
  clock: () => number,
): JudgedCheck[] {
  const damage = damageOf(evidence, gathered);
  return judged.map(({ check, why }) => {
    const started = clock();
    const outcome: Outcome = why !== undefined
      ? { verdict: "not_applicable", reason: why }
      : damage !== undefined
      ? inconclusive(damage)
      : judgeOne(check, i, evidence, gathered);
    return { check, outcome, scenario: evidence.scenario, durationMs: clock() - started };
  });
}

/** What a pass is called in a walk: two suites may have passes of one name. */
function passName({ name }: Pick<FactCollector<unknown>, "name">, i: number): string {
  return i === 0 ? name : `${name} (${i + 1})`;
}

/**
 * Who is judged: the devices that are not plain reference peers, or, when all are, every one of
 * them with whatever the suite can judge.
 */
export function scopeOf(suite: Suite, evidence: Evidence): Scope {
  const all = Object.values(evidence.nodes);
  const devices = all.filter(({ profile }) => !isPlainReference(profile));
  if (devices.length === 0) {
    return { ...referenceScope(suite), roles: [...new Set(all.map(({ role }) => role))] };
  }
  const roles = evidence.world === "captures"
    ? devices.flatMap(({ profile }) => profile.roles)
    : devices.map(({ role }) => role);
  const classes = devices.flatMap(({ profile }) => profile.classes);
  return { roles: [...new Set(roles)], classes: [...new Set(classes)] };
}

/** The distinct passes that checks need; checks that name the same pass share it. */
function passesOf(checks: readonly Check[]): FactCollector<unknown>[] {
  const passes = new Map<string, FactCollector<unknown>>();
  for (const { needs } of checks) {
    for (const pass of Object.values(needs)) passes.set(pass.name, pass);
  }
  return [...passes.values()];
}

/** Why evidence allows no verdict at all; undefined when it does. */
function damageOf(evidence: Evidence, gathered: Gathered): string | undefined {
  const reasons: string[] = [];
  if (evidence.problem !== undefined) {
    reasons.push(`the scenario was not carried out: ${evidence.problem}`);
  }
  if (evidence.taps.length === 0) reasons.push("the evidence holds no capture");
  reasons.push(...gathered.damage);
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function judgeOne(check: Check, i: number, evidence: Evidence, gathered: Gathered): Outcome {
  const facts: Record<string, unknown> = {};
  for (const [key, pass] of Object.entries(check.needs)) {
    const name = passName(pass, i);
    const broken = gathered.broken.get(name);
    if (broken !== undefined) {
      return { verdict: "error", reason: `pass ${name} broke down: ${broken}` };
    }
    facts[key] = gathered.facts.get(name);
  }
  try {
    return check.judge(facts, evidence);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { verdict: "error", reason: `check ${check.id} broke down: ${why}` };
  }
}
