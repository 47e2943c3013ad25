import type { Report, ReportCheck } from "./model.ts";

/** Writes the report as JUnit XML, as continuous integration systems read it. */
export function junitXml(report: Report): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Plumbline" ${
      counts(report.suites.flatMap(({ checks }) => checks))
    } timestamp="${escapeXml(report.run.started)}">`,
  ];
  for (const { name, checks } of report.suites) {
    lines.push(`  <testsuite name="${escapeXml(name)}" ${counts(checks)}>`);
    for (const check of checks) lines.push(...testCase(check));
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
 */
function counts(checks: readonly ReportCheck[]): string {
  const number = (...words: string[]) => checks.filter((c) => words.includes(c.verdict)).length;
  const seconds = checks.reduce((sum, check) => sum + check.duration_ms, 0) / 1000;
  return `tests="${checks.length}" failures="${number("fail")}" errors="${
    number("error", "inconclusive")
  }" skipped="${number("not_applicable")}" time="${seconds.toFixed(3)}"`;
}

function testCase(check: ReportCheck): string[] {
  const where = check.evidence === "" ? "captures" : check.evidence;
  const head = `    <testcase classname="${escapeXml(where)}" name="${escapeXml(check.id)}" time="${
    (check.duration_ms / 1000).toFixed(3)
  }"`;
  if (check.verdict === "pass") return [`${head}/>`];
  return [`${head}>`, `      ${detail(check)}`, "    </testcase>"];
}

function detail(check: ReportCheck): string {
  const reason = escapeXml(check.reason ?? "");
  if (check.verdict === "not_applicable") return `<skipped message="${reason}"/>`;
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
