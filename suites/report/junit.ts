import type { Report, ReportCheck } from "./model.ts";

/** Writes the report as JUnit XML, as continuous integration systems read it. */
export function junitXml(report: Report): string {
  // Nobody owes what captures do not show, where nobody declared anything.
  const owed = report.conversations?.undeclared !== true;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Plumbline" ${
      counts(report.suites.flatMap(({ checks }) => checks), owed)
    } timestamp="${escapeXml(report.run.started)}">`,
  ];
  for (const { name, checks } of report.suites) {
    lines.push(`  <testsuite name="${escapeXml(name)}" ${counts(checks, owed)}>`);
    for (const check of checks) lines.push(...testCase(check, owed));
    lines.push("  </testsuite>");
  }
  lines.push("</testsuites>", "");
  return lines.join("\n");
}

/** Escapes text for XML; what XML cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  // deno-lint-ignore no-control-regex
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
  return text.toWellFormed().replace(forbidden, "\ufffd")
    .replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * An inconclusive check counts as an error: it must not look green, and it is no failure either.
 * @param owed Whether a verdict is owed; where it is not, an inconclusive check counts as skipped.
 */
function counts(checks: readonly ReportCheck[], owed: boolean): string {
  const number = (...words: string[]) => checks.filter((c) => words.includes(c.verdict)).length;
  const seconds = checks.reduce((sum, check) => sum + check.duration_ms, 0) / 1000;
  return `tests="${checks.length}" failures="${number("fail")}" errors="${
    owed ? number("error", "inconclusive") : number("error")
  }" skipped="${
    owed ? number("not_applicable") : number("not_applicable", "inconclusive")
  }" time="${seconds.toFixed(3)}"`;
}

function testCase(check: ReportCheck, owed: boolean): string[] {
  const where = check.evidence === "" ? "captures" : check.evidence;
  const head = `    <testcase classname="${escapeXml(where)}" name="${escapeXml(check.id)}" time="${
    (check.duration_ms / 1000).toFixed(3)
  }"`;
  if (check.verdict === "pass") return [`${head}/>`];
  return [`${head}>`, `      ${detail(check, owed)}`, "    </testcase>"];
}

function detail(check: ReportCheck, owed: boolean): string {
  const reason = escapeXml(check.reason ?? "");
  const skipped = !owed && check.verdict === "inconclusive";
  if (check.verdict === "not_applicable" || skipped) return `<skipped message="${reason}"/>`;
  if (check.verdict !== "fail") return `<error type="${check.verdict}" message="${reason}"/>`;
  const frames = (check.frames ?? []).map(({ capture, number }) => `${capture} frame ${number}`);
  const text = [
    `${check.title}`,
    `covers: ${check.covers.join(", ")}`,
    `expected: ${check.expected}`,
    `actual: ${check.actual}`,
    `frames: ${frames.join(", ") || "none"}`,
  ].map(escapeXml).join("\n");
  return `<failure type="${check.level}" message="${
    escapeXml(`expected ${check.expected}, got ${check.actual}`)
  }">${text}</failure>`;
}
