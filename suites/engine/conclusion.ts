import type { JudgedRequirement, Totals, Waiver } from "./tally.ts";

/** Exit codes of the commands that judge. */
export const EXIT = {
  conformant: 0,
  no_fault_found: 0,
  not_conformant: 1,
  fault_found: 1,
  usage: 2,
  inconclusive: 3,
  error: 4,
} as const;

/** What a run came to. */
export type Conclusion = Exclude<keyof typeof EXIT, "usage">;

/** What a conclusion is drawn from. */
export interface Findings {
  /** Judgements by verdict. */
  totals: Totals;
  requirements: readonly Pick<JudgedRequirement, "required" | "verdict" | "waiver">[];
  waivers?: readonly Pick<Waiver, "state">[];
  /** Whether a run directory says something else than its evidence does. */
  contradicted?: boolean;
}

/**
 * What a run came to, the gravest first: a judgement of ours broke down; something required failed,
 * or a waiver is stale or expired; something required was not shown, or nothing required was; or
 * else the devices conform. What only passes under a waiver is nothing that was shown.
 */
export function concludeRun(
  { totals, requirements, waivers = [], contradicted = false }: Findings,
): Conclusion {
  if (totals.error > 0) return "error";
  const owed = requirements.filter(({ required, waiver }) =>
    required && waiver?.state !== "in_force"
  );
  const some = (word: string) => owed.some(({ verdict }) => verdict === word);
  if (some("fail") || waivers.some(({ state }) => state === "stale" || state === "expired")) {
    return "not_conformant";
  }
  return some("inconclusive") || !some("pass") || contradicted ? "inconclusive" : "conformant";
}

/**
 * What an answer about captures came to with which no profile goes: a MUST was broken; or something
 * was judged and no fault was found; or nothing could be judged. It certifies nothing, and what
 * captures do not show nobody owes.
 */
export function concludeAnswer(
  { totals, requirements }: Pick<Findings, "totals" | "requirements">,
): Conclusion {
  if (totals.error > 0) return "error";
  if (requirements.some(({ required, verdict }) => required && verdict === "fail")) {
    return "fault_found";
  }
  return totals.pass + totals.fail === 0 ? "inconclusive" : "no_fault_found";
}
