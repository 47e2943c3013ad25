import { escapeControls } from "../../captures/escape.ts";
import { aligned } from "../text_table.ts";
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

/** What a run found, for a person at a terminal: the table, what went wrong, the verdict. */
export function summaryText(report: Report): string {
  const { run, device, suites } = report;
  const lines = [
    `Plumbline ${VERSION}: ${escapeControls(device.name)} as ${
      escapeControls(listed(device.roles))
    }, ` +
    `${run.world} world, seed ${run.seed}, ${(run.duration_ms / 1000).toFixed(1)} s`,
    "",
    table(report),
    "",
    ...troubles(suites.flatMap(({ checks }) => checks)),
  ];
  for (const { requirement, state, reason } of device.exceptions) {
    lines.push(
      `exception  ${escapeControls(requirement)} is ${state.replace("_", " ")}: ${
        escapeControls(reason)
      }`,
    );
  }
  for (const { text, checks } of findingsSentences(report)) {
    lines.push(`findings   ${text}${named(checks)}`);
  }
  lines.push(...repetitionLines(report));
  const { title, sentence } = headline(report);
  return [...lines, `${title}. ${sentence}`].join("\n");
}

function repetitionLines(report: Report): string[] {
  const sentence = repetitionsSentence(report);
  if (sentence === undefined) return [];
  const differing = report.repetitions?.differing ?? [];
  const shown = differing.slice(0, MOST_SHOWN).map((one) =>
    `  ${one.id} on ${escapeControls(one.evidence)}: ${countsText(one)}`
  );
  const more = differing.length - shown.length;
  return [`repeated   ${sentence}`, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}

function table({ requirements }: Report): string {
  const rows: string[][] = [["requirements", "", ...COLUMNS.map((c) => c.replace("_", " "))]];
  const suites = [...new Set(requirements.map(({ suite }) => suite))];
  for (const suite of suites) {
    LEVELS.forEach((level, i) => {
      const some = requirements.filter((r) => r.suite === suite && r.level === level);
      const counts = COLUMNS.map((word) => some.filter(({ verdict }) => verdict === word).length);
      rows.push([i === 0 ? suite : "", level, ...counts.map((n) => n === 0 ? "·" : String(n))]);
    });
  }
  return aligned(rows, 2);
}

function troubles(checks: readonly ReportCheck[]): string[] {
  const failures = checks.filter(({ verdict }) => verdict === "fail");
  const failed = [
    ...checks.filter(({ verdict }) => verdict === "error"),
    // What is new is what somebody has to look at.
    ...failures.filter(({ finding }) => finding === "new"),
    ...failures.filter(({ finding }) => finding !== "new"),
  ];
  const lines = failed.slice(0, MOST_SHOWN).flatMap(trouble);
  if (failed.length > MOST_SHOWN) lines.push(`… and ${failed.length - MOST_SHOWN} more`, "");
  const inconclusive = checks.filter(({ verdict }) => verdict === "inconclusive");
  const byReason = Map.groupBy(inconclusive, ({ reason }) => reason ?? "");
  for (const [reason, judgements] of [...byReason].slice(0, MOST_SHOWN)) {
    const who = judgements.length === 1 ? judgements[0].id : `${judgements.length} checks`;
    lines.push(
      `${VERDICT_WORDS.inconclusive.sign} ${who}: ${escapeControls(reason).slice(0, 300)}`,
    );
  }
  if (byReason.size > MOST_SHOWN) lines.push(`… and ${byReason.size - MOST_SHOWN} more reasons`);
  if (byReason.size > 0) lines.push("");
  return lines;
}

/** Checks by name, as many as a line bears. */
function named(checks: readonly string[]): string {
  const more = checks.length - MOST_SHOWN;
  const shown = [...checks.slice(0, MOST_SHOWN), ...(more > 0 ? [`${more} more`] : [])];
  return checks.length === 0 ? "" : `: ${listed(shown)}`;
}

function trouble(check: ReportCheck): string[] {
  const finding = findingWord(check);
  const lines = [
    `${VERDICT_WORDS[check.verdict].sign} ${check.covers.join(", ")}  ${check.title}${
      finding && ` (${finding})`
    }`,
    `  ${check.id}${check.evidence === "" ? "" : ` on ${escapeControls(check.evidence)}`}`,
  ];
  if (check.reason !== undefined) lines.push(`  ${escapeControls(check.reason)}`);
  if (check.verdict === "fail") {
    lines.push(`  expected  ${escapeControls(check.expected ?? "")}`);
    lines.push(`  actual    ${escapeControls(check.actual ?? "")}`);
    const [first, ...rest] = check.frames ?? [];
    if (first !== undefined) {
      const others = rest.length > 0 ? ` and ${rest.length} more` : "";
      lines.push(`  packet    ${escapeControls(first.capture)} frame ${first.number}${others}`);
    }
  }
  return [...lines, ""];
}
