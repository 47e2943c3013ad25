import type { VerdictWord } from "../kit/verdict.ts";
import { answerHeadline } from "./answer.ts";
import type { Report } from "./model.ts";

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
  const { conclusion, requirements, totals } = report;
  const required = requirements.filter((r) => r.required);
  const count = (word: VerdictWord) => required.filter((r) => r.verdict === word).length;
  const of = `of ${required.length} required`;
  switch (conclusion) {
    case "no_fault_found":
    case "conformant": {
      const waived = count("fail") + count("inconclusive");
      const title = report.run.selection ? "No failure in this selection" : "Conformant";
      const under = waived > 0 ? `, ${waived} under an exception` : "";
      return { title, sentence: `${count("pass")} ${of} requirements pass${under}.`, tone: "pass" };
    }
    case "fault_found":
    case "not_conformant":
      return {
        title: "Not conformant",
        sentence: `${count("fail")} ${of} requirements fail${waiverTrouble(report)}.`,
        tone: "fail",
      };
    case "inconclusive":
      return {
        title: "Inconclusive",
        sentence: totals.pass + totals.fail === 0
          ? "Nothing could be judged."
          : `No failure, but ${count("inconclusive")} ${of} requirements could not be judged.`,
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

function waiverTrouble({ device }: Report): string {
  const bad = device.exceptions.filter(({ state }) => state === "stale" || state === "expired");
  return bad.length === 0 ? "" : `, and ${bad.length} exceptions are stale or expired`;
}
