/** The report in short, as Markdown: for the summary page of a continuous integration system. */
import { escapeControls } from "../../captures/escape.ts";
import { listed } from "../kit/listed.ts";
import { findingsSentences, findingWord } from "./findings_words.ts";
import type { Report, ReportCheck } from "./model.ts";
import { escapeMarkdown as escape } from "./escape_markdown.ts";
import { countsText, repetitionsSentence } from "./repetitions.ts";
import { headline, VERDICT_WORDS } from "./words.ts";
import { GRAVITY } from "../kit/verdict.ts";

/** Failures that are listed; such pages have a limit, and the report has them all. */
const MOST_FAILURES = 25;
const LEVELS = ["MUST", "SHOULD", "MAY"] as const;

/** Makes `summary.md`. */
export function summaryMarkdown(report: Report): string {
  const { run, device, suites, requirements } = report;
  const { title, sentence, tone } = headline(report);
  const checks = suites.flatMap((suite) => suite.checks);
  const bad = (["error", "fail"] as const).flatMap((word) =>
    checks.filter(({ verdict }) => verdict === word)
  );
  const words = GRAVITY.filter((word) => requirements.some(({ verdict }) => verdict === word));
  const remarks = [
    ...findingsSentences(report).map(({ text, checks }) =>
      `- ${text}${checks.length === 0 ? "" : `: ${escape(listed(checks))}`}`
    ),
    ...device.exceptions.map(({ requirement, state, reason }) =>
      `- exception: ${escape(requirement)} is ${state.replace("_", " ")}: ${escape(reason)}`
    ),
    ...repetitionLines(report),
    ...(report.notes ?? []).map(({ evidence, text }) => `- ${escape(evidence)}: ${escape(text)}`),
  ];
  return [
    `# ${VERDICT_WORDS[tone].sign} ${title}: ${escape(device.name)}`,
    "",
    escape(sentence),
    "",
    `| requirements | ${words.map((word) => VERDICT_WORDS[word].word).join(" | ")} |`,
    `| --- | ${words.map(() => "---:").join(" | ")} |`,
    ...LEVELS.map((level) => {
      const counts = words.map((word) =>
        requirements.filter((r) => r.level === level && r.verdict === word).length
      );
      return `| ${level} | ${counts.join(" | ")} |`;
    }),
    "",
    ...(bad.length === 0
      ? []
      : ["## What went wrong", "", ...bad.slice(0, MOST_FAILURES).map(line)]),
    ...(bad.length > MOST_FAILURES ? [`- and ${bad.length - MOST_FAILURES} more`] : []),
    ...(bad.length === 0 ? [] : [""]),
    ...remarks,
    ...(remarks.length === 0 ? [] : [""]),
    `${escape(listed(device.roles))} in the ${run.world} world, seed ${run.seed}, ` +
    `${run.started}. To do the same again:`,
    "",
    ...fenced(run.command),
    "",
  ].join("\n");
}

function repetitionLines(report: Report): string[] {
  const sentence = repetitionsSentence(report);
  if (sentence === undefined) return [];
  const differing = report.repetitions?.differing ?? [];
  const rows = differing.slice(0, MOST_FAILURES).map((one) =>
    `  - ${escape(one.id)} on ${escape(one.evidence)}: ${countsText(one)}`
  );
  const more = differing.length - rows.length;
  return [`- ${escape(sentence)}`, ...rows, ...(more > 0 ? [`  - and ${more} more`] : [])];
}

function line(check: ReportCheck): string {
  const { verdict, covers, title, id, expected, actual, reason, frames = [], scenario } = check;
  const proof = frames.slice(0, 3).map((f) => `frame ${f.number} of ${f.capture}`).join(", ");
  const found = verdict === "fail" ? `expected ${expected}, found ${actual}` : reason ?? "";
  const where = [proof, scenario].filter(Boolean).join(" in ");
  const finding = findingWord(check);
  return `- ${VERDICT_WORDS[verdict].sign} **${escape(covers.join(", "))}** ${escape(title)} ` +
    `(${escape(id)}${finding && `, ${finding}`}): ${escape(found)}` +
    (where === "" ? "" : `; ${escape(where)}`);
}

/** A code block whose fence is longer than any that its text holds. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}sh`, escapeControls(text, true), fence];
}
