import type { Report, ReportCheck } from "./model.ts";
import { findingWord } from "./findings_words.ts";
import { headline, isOwed, isWaived, turnsTheRun } from "./words.ts";

/** One test case of the document. */
interface Case {
  where: string;
  name: string;
  /** Seconds. */
  time: number;
  kind: "passed" | "failure" | "error" | "skipped";
  /** The element inside it; none for a plain pass. */
  detail?: string;
}

/**
 * Writes the report as JUnit XML, as continuous integration systems read it. Such a system takes a
 * document for red when a case in it is a failure or an error: so one is exactly when the exit code
 * is not 0. What does not turn the run is told as the output of a case that passed.
 */
export function junitXml(report: Report): string {
  const suites = report.suites.map(({ name, checks }) => ({
    name,
    cases: [
      ...checks.map((check) => caseOf(report, check)),
      ...report.requirements.filter(({ suite }) => suite === name)
        .flatMap((requirement) => caseOfRow(report, requirement)),
    ],
  }));
  const known = new Set(report.suites.map(({ name }) => name));
  const run = [
    ...report.requirements.filter(({ suite }) => !known.has(suite))
      .flatMap((requirement) => caseOfRow(report, requirement)),
    ...report.device.exceptions.flatMap(caseOfException),
  ];
  const isRed = ({ kind }: Case) => kind === "failure" || kind === "error";
  if (report.exit_code !== 0 && ![...run, ...suites.flatMap((s) => s.cases)].some(isRed)) {
    run.push(troubled("run", "conclusion", "error", report.conclusion, headline(report).sentence));
  }
  if (run.length > 0) suites.push({ name: "run", cases: run });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Plumbline" ${counts(suites.flatMap(({ cases }) => cases))} timestamp="${
      escapeXml(report.run.started)
    }">`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escapeXml(name)}" ${counts(cases)}>`,
      ...cases.flatMap(lines),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

/** Escapes text for XML; what XML cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  // deno-lint-ignore no-control-regex
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
  return text.toWellFormed().replace(forbidden, "\ufffd")
    .replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function counts(cases: readonly Case[]): string {
  const number = (kind: Case["kind"]) => cases.filter((one) => one.kind === kind).length;
  const seconds = cases.reduce((sum, { time }) => sum + time, 0);
  return `tests="${cases.length}" failures="${number("failure")}" errors="${
    number("error")
  }" skipped="${number("skipped")}" time="${seconds.toFixed(3)}"`;
}

function lines({ where, name, time, detail }: Case): string[] {
  const head = `    <testcase classname="${escapeXml(where)}" name="${escapeXml(name)}" time="${
    time.toFixed(3)
  }"`;
  return detail === undefined ? [`${head}/>`] : [`${head}>`, `      ${detail}`, "    </testcase>"];
}

/** A judgement as a case: red when it turns the run. */
function caseOf(report: Report, check: ReportCheck): Case {
  const { verdict, evidence } = check;
  const common = {
    where: evidence === "" ? "captures" : evidence,
    name: check.id,
    time: check.duration_ms / 1000,
  };
  const reason = escapeXml(check.reason ?? "");
  if (verdict === "pass") return { ...common, kind: "passed" };
  if (verdict === "not_applicable") {
    return { ...common, kind: "skipped", detail: `<skipped message="${reason}"/>` };
  }
  const text = escapeXml(describe(check));
  if (!turnsTheRun(report, check)) {
    return { ...common, kind: "passed", detail: `<system-out>${text}</system-out>` };
  }
  if (verdict !== "fail") {
    const detail = `<error type="${verdict}" message="${reason}"/>`;
    return { ...common, kind: "error", detail };
  }
  const message = escapeXml(`expected ${check.expected}, got ${check.actual}`);
  const detail = `<failure type="${check.level}" message="${message}">${text}</failure>`;
  return { ...common, kind: "failure", detail };
}

function describe(check: ReportCheck): string {
  const frames = (check.frames ?? []).map(({ capture, number }) => `${capture} frame ${number}`);
  return [
    `${check.title}`,
    `covers: ${check.covers.join(", ")}`,
    `verdict: ${check.verdict}${check.reason === undefined ? "" : `: ${check.reason}`}`,
    ...(check.verdict === "fail"
      ? [
        `expected: ${check.expected}`,
        `actual: ${check.actual}`,
        `frames: ${frames.join(", ") || "none"}`,
        ...(check.finding === undefined ? [] : [`finding: ${findingWord(check)}`]),
      ]
      : []),
  ].join("\n");
}

/** A requirement that no judgement speaks of and that is owed: a case of its own, which is red. */
function caseOfRow(report: Report, row: Report["requirements"][number]): Case[] {
  const { id, suite, required, verdict, reason = "" } = row;
  if (!isOwed(report) || !required || verdict !== "inconclusive" || isWaived(report, row)) {
    return [];
  }
  const said = report.suites.flatMap(({ checks }) => checks)
    .some((check) => check.verdict === "inconclusive" && check.covers.includes(id));
  if (said) return [];
  return [troubled(suite, id, "error", "inconclusive", reason || "its checks came to no verdict")];
}

function caseOfException({ requirement, state, reason }: Report["device"]["exceptions"][number]) {
  return state === "stale" || state === "expired"
    ? [
      troubled("exceptions", requirement, "failure", state, `the exception is ${state}: ${reason}`),
    ]
    : [];
}

function troubled(
  where: string,
  name: string,
  kind: "failure" | "error",
  type: string,
  message: string,
): Case {
  const detail = `<${kind} type="${escapeXml(type)}" message="${escapeXml(message)}"/>`;
  return { where, name, time: 0, kind, detail };
}
