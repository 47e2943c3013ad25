import { escapeControls } from "../../captures/escape.ts";
import { fitting, type Style, VERDICT_FORMATS, wrapped } from "../terminal/style.ts";
import { aligned } from "../terminal/text_table.ts";
import { listed } from "../../suites/kit/listed.ts";
import { findingsSentences, findingWord } from "../../suites/report/findings_words.ts";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { countsText, repetitionsSentence } from "../../suites/report/repetitions.ts";
import { headline, VERDICT_WORDS } from "../../suites/report/words.ts";
import { VERSION } from "../../suites/engine/version.ts";

/** More than this is for the report. */
const MOST_SHOWN = 10;

const LEVELS = ["MUST", "SHOULD", "MAY"] as const;
const COLUMNS = ["pass", "fail", "inconclusive", "error", "not_applicable"] as const;

/**
 * What a run found, for a person at a terminal: the table, what went wrong, the verdict.
 * @param more Where everything stands that is not shown here.
 */
export function summaryText(report: Report, style: Style, more: string): string {
  const { run, device, suites } = report;
  const lines = [
    ...wrapped(
      `Plumbline ${VERSION}: ${device.name} as ${listed(device.roles)}, ` +
        `${run.world} world, seed ${run.seed}, ${(run.duration_ms / 1000).toFixed(1)} s`,
      2,
      style,
    ),
    "",
    table(report, style),
    "",
    ...troubles(suites.flatMap(({ checks }) => checks), style, more),
  ];
  for (const { requirement, state, reason } of device.exceptions) {
    lines.push(
      ...wrapped(`exception  ${requirement} is ${state.replace("_", " ")}: ${reason}`, 11, style),
    );
  }
  for (const { text, checks } of findingsSentences(report)) {
    lines.push(...wrapped(`findings   ${text}${named(checks)}`, 11, style));
  }
  lines.push(...repetitionLines(report, style, more));
  const { title, sentence, tone } = headline(report);
  const [first, ...rest] = wrapped(`${title}. ${sentence}`, 0, style);
  const head = first.startsWith(`${title}.`)
    ? style.paint("bold", style.paint(VERDICT_FORMATS[tone], `${title}.`)) +
      first.slice(title.length + 1)
    : first;
  return [...lines, head, ...rest].join("\n");
}

function repetitionLines(report: Report, style: Style, more: string): string[] {
  const sentence = repetitionsSentence(report);
  if (sentence === undefined) return [];
  const differing = report.repetitions?.differing ?? [];
  const shown = differing.slice(0, MOST_SHOWN).flatMap((one) =>
    wrapped(`  ${one.id} on ${one.evidence}: ${countsText(one)}`, 4, style)
  );
  const hidden = differing.length - MOST_SHOWN;
  return [
    ...wrapped(`repeated   ${sentence}`, 11, style),
    ...shown,
    ...(hidden > 0 ? wrapped(`  … and ${hidden} more: ${more}`, 4, style) : []),
  ];
}

function table({ requirements }: Report, style: Style): string {
  const rows: string[][] = [["requirements", "", ...COLUMNS.map((c) => c.replace("_", " "))]];
  const suites = [...new Set(requirements.map(({ suite }) => suite))];
  for (const suite of suites) {
    LEVELS.forEach((level, i) => {
      const some = requirements.filter((r) => r.suite === suite && r.level === level);
      const counts = COLUMNS.map((word) => some.filter(({ verdict }) => verdict === word).length);
      rows.push([i === 0 ? suite : "", level, ...counts.map((n) => n === 0 ? "·" : String(n))]);
    });
  }
  const [head, ...lines] = aligned(rows, 2).split("\n");
  return [style.paint("dim", head), ...lines].join("\n");
}

function troubles(checks: readonly ReportCheck[], style: Style, more: string): string[] {
  const failures = checks.filter(({ verdict }) => verdict === "fail");
  const failed = [
    ...checks.filter(({ verdict }) => verdict === "error"),
    // What is new is what somebody has to look at.
    ...failures.filter(({ finding }) => finding === "new"),
    ...failures.filter(({ finding }) => finding !== "new"),
  ];
  const lines = failed.slice(0, MOST_SHOWN).flatMap((check) => trouble(check, style));
  if (failed.length > MOST_SHOWN) {
    lines.push(...wrapped(`… and ${failed.length - MOST_SHOWN} more: ${more}`, 2, style), "");
  }
  const inconclusive = checks.filter(({ verdict }) => verdict === "inconclusive");
  const byReason = Map.groupBy(inconclusive, ({ reason }) => reason ?? "");
  for (const [reason, judgements] of [...byReason].slice(0, MOST_SHOWN)) {
    const who = judgements.length === 1 ? judgements[0].id : `${judgements.length} checks`;
    const [first, ...rest] = wrapped(
      `${VERDICT_WORDS.inconclusive.sign} ${who}: ${reason.slice(0, 300)}`,
      2,
      style,
    );
    lines.push(style.paint(VERDICT_FORMATS.inconclusive, first), ...rest);
  }
  if (byReason.size > MOST_SHOWN) {
    lines.push(
      ...wrapped(`… and ${byReason.size - MOST_SHOWN} more reasons: ${more}`, 2, style),
    );
  }
  if (byReason.size > 0) lines.push("");
  return lines;
}

/** Checks by name, as many as a line bears. */
function named(checks: readonly string[]): string {
  const more = checks.length - MOST_SHOWN;
  const shown = [...checks.slice(0, MOST_SHOWN), ...(more > 0 ? [`${more} more`] : [])];
  return checks.length === 0 ? "" : `: ${listed(shown)}`;
}

function trouble(check: ReportCheck, style: Style): string[] {
  const finding = findingWord(check);
  const [head, ...rest] = wrapped(
    `${VERDICT_WORDS[check.verdict].sign} ${check.covers.join(", ")}  ${check.title}${
      finding && ` (${finding})`
    }`,
    2,
    style,
  );
  const paint = (line: string) => style.paint(VERDICT_FORMATS[check.verdict], line);
  const where = check.evidence === "" ? "" : ` on ${check.evidence}`;
  const lines = [
    ...[head, ...rest].map(paint),
    style.paint("dim", fitting(`  ${escapeControls(check.id + where)}`, style)),
  ];
  const tell = (name: string, text: string) =>
    lines.push(...wrapped(`  ${name.padEnd(8)}  ${text}`, 12, style));
  if (check.reason !== undefined) lines.push(...wrapped(`  ${check.reason}`, 2, style));
  if (check.verdict === "fail") {
    tell("expected", check.expected ?? "");
    tell("actual", check.actual ?? "");
    const [first, ...rest] = check.frames ?? [];
    if (first !== undefined) {
      const others = rest.length > 0 ? ` and ${rest.length} more` : "";
      tell("packet", `${first.capture} frame ${first.number}${others}`);
    }
  }
  return [...lines, ""];
}
