/** What scenarios came to that were played several times: a check that passes sometimes is no pass. */
import { several } from "../kit/narration.ts";
import { GRAVITY, type VerdictWord } from "../kit/verdict.ts";
import type { Report, ReportCheck } from "./model.ts";
import { VERDICT_WORDS } from "./words.ts";

/** Judgements that differed between the repetitions of a scenario. */
export type Repetitions = NonNullable<Report["repetitions"]>;

/**
 * Counts how the judgements of each check on each scenario ended.
 * @param repeat How often each scenario was played; undefined where it was once.
 */
export function repetitionsOf(
  checks: readonly ReportCheck[],
  repeat: number | undefined,
): Repetitions | undefined {
  if (repeat === undefined) return undefined;
  // The first repetition has the name of the scenario, the others a number behind it.
  const nameOf = ({ evidence }: ReportCheck) => evidence.replace(/\.\d+$/, "");
  const groups = [...Map.groupBy(checks, (check) => `${check.id}\0${nameOf(check)}`).values()];
  const differing = groups.filter((all) => new Set(all.map(({ verdict }) => verdict)).size > 1)
    .map((all) => {
      const count = (word: VerdictWord) => all.filter(({ verdict }) => verdict === word).length;
      return {
        ...{ id: all[0].id, evidence: nameOf(all[0]), pass: count("pass"), fail: count("fail") },
        ...{ inconclusive: count("inconclusive"), error: count("error") },
        not_applicable: count("not_applicable"),
      };
    });
  return { judged: groups.length, differing };
}

/** What the repetitions came to in a sentence; undefined where there were none. */
export function repetitionsSentence({ run, repetitions }: Report): string | undefined {
  if (run.repeat === undefined || repetitions === undefined) return undefined;
  const { judged, differing } = repetitions;
  const of = several(judged, "judgement");
  return differing.length === 0
    ? `each scenario was played ${run.repeat} times, and all ${of} came out the same each time`
    : `each scenario was played ${run.repeat} times, and ${differing.length} of ${of} differ`;
}

/** How often a judgement ended which way: `3 pass, 2 fail`. */
export function countsText(counts: Repetitions["differing"][number]): string {
  return GRAVITY.filter((word) => counts[word] > 0)
    .map((word) => `${counts[word]} ${VERDICT_WORDS[word].word}`).join(", ");
}
