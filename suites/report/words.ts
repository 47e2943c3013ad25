import { listed } from "../kit/listed.ts";
import type { VerdictWord } from "../kit/verdict.ts";
import { answerHeadline } from "./answer.ts";
import type { Report, ReportCheck, ReportRequirement } from "./model.ts";

/** How each verdict is shown: a sign besides the colour, and a word for the reader. */
export const VERDICT_WORDS: Record<VerdictWord, { sign: string; word: string }> = {
  pass: { sign: "✓", word: "pass" },
  fail: { sign: "✗", word: "fail" },
  inconclusive: { sign: "?", word: "inconclusive" },
  not_applicable: { sign: "–", word: "not applicable" },
  error: { sign: "!", word: "error" },
};

/** The verdict of a whole run: a headline, a sentence, and the verdict whose colour it takes. */
export function headline(report: Report): { title: string; sentence: string; tone: VerdictWord } {
  const answer = answerHeadline(report);
  if (answer !== undefined) return answer;
  const { conclusion, contradiction, requirements, totals, run } = report;
  const required = requirements.filter((r) => r.required);
  const waived = required.filter((r) => isWaived(report, r));
  const count = (word: VerdictWord) =>
    required.filter((r) => r.verdict === word && !waived.includes(r)).length;
  const of = `of ${required.length} required`;
  const besides = `${underExceptions(required, waived)}${shouldsThatFail(requirements)}` +
    differing(report);
  switch (conclusion) {
    case "no_fault_found":
    case "conformant":
      return {
        title: run.shard !== undefined
          ? `No failure in shard ${run.shard.index} of ${run.shard.of}`
          : run.selection
          ? "No failure in this selection"
          : `Conformant${run.scope === undefined ? "" : ` in ${listed(run.scope)}`}`,
        sentence: `${count("pass")} ${of} requirements pass${besides}.`,
        tone: "pass",
      };
    case "fault_found":
    case "not_conformant":
      return {
        title: "Not conformant",
        sentence: `${count("fail")} ${of} requirements fail${waiverTrouble(report)}${besides}.`,
        tone: "fail",
      };
    case "inconclusive":
      return {
        title: "Inconclusive",
        sentence: contradiction !== undefined
          ? `What stands in the run directory is not what its evidence says: ${contradiction}.`
          : totals.pass + totals.fail === 0
          ? "Nothing could be judged."
          : count("inconclusive") === 0
          ? `No failure, but nothing required was shown${besides}.`
          : `No failure, but ${
            count("inconclusive")
          } ${of} requirements could not be judged${besides}.`,
        tone: "inconclusive",
      };
    case "error":
      return {
        title: "Error in Plumbline",
        sentence: `${totals.error} judgements broke down: this run says nothing of the device.`,
        tone: "error",
      };
  }
}

/** Whether an exception excuses a requirement in this run. */
export function isWaived({ device }: Report, { id }: { id: string }): boolean {
  return device.exceptions.some(({ requirement, state }) =>
    requirement === id && state === "in_force"
  );
}

/** Whether a judgement by itself keeps a run from being conformant. */
export function turnsTheRun(report: Report, { verdict, covers }: ReportCheck): boolean {
  if (verdict === "error") return true;
  if (verdict !== "fail" && !(verdict === "inconclusive" && isOwed(report))) return false;
  return report.requirements.some((requirement) =>
    requirement.required && covers.includes(requirement.id) && !isWaived(report, requirement)
  );
}

/** Whether what was not shown counts: nobody owes it where nobody declared anything. */
export function isOwed({ conversations }: Report): boolean {
  return conversations?.undeclared !== true;
}

/** What exceptions excuse, and the classes of which they excuse most. */
function underExceptions(
  required: readonly ReportRequirement[],
  waived: readonly ReportRequirement[],
): string {
  if (waived.length === 0) return "";
  const byClass = Map.groupBy(
    required,
    ({ suite, classes }) =>
      classes.length === 1 ? `class ${classes[0]}` : `what ${suite} asks of every device`,
  );
  const most = [...byClass].filter(([, rows]) =>
    rows.filter((row) => waived.includes(row)).length * 2 > rows.length
  ).map(([name]) => name);
  return `, ${waived.length} under an exception` +
    (most.length === 0 ? "" : `, which is most of ${listed(most)}`);
}

function shouldsThatFail(requirements: readonly ReportRequirement[]): string {
  const { length } = requirements.filter(({ level, verdict }) =>
    level === "SHOULD" && verdict === "fail"
  );
  return length === 0 ? "" : `; ${length === 1 ? "1 SHOULD fails" : `${length} SHOULDs fail`}`;
}

function differing({ repetitions }: Report): string {
  const { length } = repetitions?.differing ?? [];
  if (length === 0) return "";
  return `; ${length === 1 ? "1 judgement differs" : `${length} judgements differ`} ` +
    "between repetitions";
}

function waiverTrouble({ device }: Report): string {
  const bad = device.exceptions.filter(({ state }) => state === "stale" || state === "expired");
  if (bad.length === 0) return "";
  return `, and ${
    bad.length === 1 ? "1 exception is" : `${bad.length} exceptions are`
  } stale or expired`;
}
