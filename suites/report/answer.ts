/** The words for an answer about captures: it certifies nothing, whatever it finds. */
import { several } from "../kit/narration.ts";
import type { VerdictWord } from "../kit/verdict.ts";
import type { Report } from "./model.ts";

/** The headline of an answer about captures; undefined for any other report. */
export function answerHeadline(
  report: Report,
): { title: string; sentence: string; tone: VerdictWord } | undefined {
  const { conversations, conclusion, suites } = report;
  if (conversations === undefined || !conversations.undeclared) return undefined;
  const checks = suites.flatMap((suite) => suite.checks);
  const failed = (must: boolean) =>
    checks.filter(({ verdict, level }) => verdict === "fail" && (level !== "SHOULD") === must)
      .length;
  const rules = checks.filter(({ verdict }) => verdict === "pass" || verdict === "fail").length;
  const within = conversationsText(conversations);
  const advice = failed(false) === 0
    ? ""
    : ` ${several(failed(false), "recommendation")} (SHOULD) not kept.`;
  const scope = "An answer about captures, not a certification.";
  switch (conclusion) {
    case "no_fault_found":
      return {
        title: `No fault found in ${within}`,
        sentence: `${several(rules, "rule")} judged.${advice}${unwell(conversations)} ${scope}`,
        tone: "pass",
      };
    case "fault_found":
      return {
        title: `${several(failed(true), "fault")} found in ${within}`,
        sentence: `${several(rules, "rule")} judged.${advice}${unwell(conversations)} ${scope}`,
        tone: "fail",
      };
    case "inconclusive":
      return {
        title: "Nothing could be judged",
        sentence: `The captures hold ${conversations.holds}. ${scope}`,
        tone: "inconclusive",
      };
    default:
      return undefined;
  }
}

/** What went wrong without that a rule was broken: nobody answered, or somebody refused. */
function unwell({ suites }: NonNullable<Report["conversations"]>): string {
  const bad = suites.flatMap(({ noun, outcomes }) =>
    outcomes.filter(({ tone }) => tone === "bad")
      .map(({ outcome, count }) => `${several(count, noun)}: ${outcome}`)
  );
  return bad.length === 0 ? "" : ` But ${bad.join("; ")}.`;
}

function conversationsText({ count }: NonNullable<Report["conversations"]>): string {
  return several(count, "conversation");
}
