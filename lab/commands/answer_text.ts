/** The answer about captures, for a person at a terminal. */
import { listed } from "../../suites/kit/listed.ts";
import { several } from "../../suites/kit/narration.ts";
import type { ReportConversation, ReportTold } from "../../suites/report/conversations_model.ts";
import { findingsSentences } from "../../suites/report/findings_words.ts";
import type { Report } from "../../suites/report/model.ts";
import { headline, VERDICT_WORDS } from "../../suites/report/words.ts";
import { VERSION } from "../../suites/engine/version.ts";
import { capturesIn, conversationLines, faultsText, judgedText, painted } from "./answer_parts.ts";
import { type Style, wrapped } from "../terminal/style.ts";

/** Conversations that a terminal shows in full; the report has more. */
const MOST = 20;

/** What captures came to: each conversation, what broke a specification, what limits the answer. */
export function answerText(report: Report, style: Style): string {
  const { conversations, suites } = report;
  if (conversations === undefined) return "";
  const lines = [
    `Plumbline ${VERSION}: ${several(capturesIn(report), "capture")}, ` +
    `${several(conversations.frames, "frame")}`,
    "",
  ];
  for (const suite of conversations.suites) lines.push(...suiteLines(suite, report, style));
  const placed = new Set(conversations.suites.flatMap(({ told }) => told.flatMap(faultsWithin)));
  const others = suites.flatMap(({ checks }) => checks).filter(({ id, verdict }) =>
    verdict === "error" || verdict === "fail" && !placed.has(id)
  );
  if (others.length > 0) lines.push(...faultsText(others, report, style, ""), "");
  if (conversations.notes.length > 0) {
    lines.push(...conversations.notes.flatMap((note) => wrapped(`! ${note}`, 2, style)), "");
  }
  lines.push(...judgedText(report, style), "");
  const findings = findingsSentences(report).map(({ text, checks }) =>
    `${text}${checks.length === 0 ? "" : `: ${listed(checks)}`}`
  );
  if (findings.length > 0) lines.push(...findings.flatMap((one) => wrapped(one, 2, style)), "");
  const { title, sentence, tone } = headline(report);
  const colour = tone === "pass" ? "good" : tone === "inconclusive" ? "open" : "bad";
  const head = style.paint("bold", painted(style, colour, `${VERDICT_WORDS[tone].sign} ${title}.`));
  return [...lines, head, ...wrapped(sentence, 0, style)].join("\n");
}

/** The conversations of a suite: where there are many, those that went wrong. */
function suiteLines(
  { told, outcomes, noun, notes }: ReportTold,
  report: Report,
  style: Style,
): string[] {
  const count = outcomes.reduce((sum, outcome) => sum + outcome.count, 0);
  const rank = (one: ReportConversation) =>
    one.faults.length > 0 ? 0 : one.tone === "bad" ? 1 : one.tone === "open" ? 2 : 3;
  const order = told.length <= MOST ? told : [...told].sort((a, b) => rank(a) - rank(b));
  const lines: string[] = [];
  if (count > 1) {
    const parts = outcomes.map(({ outcome, tone, count }) =>
      painted(style, tone, `${count} ${outcome}`)
    );
    lines.push(`${several(count, noun)}: ${parts.join(", ")}`, "");
  }
  for (const one of order.slice(0, MOST)) {
    lines.push(...conversationLines(one, report, style), "");
  }
  if (count > MOST) {
    lines.push(`… and ${count - MOST} more: --out DIR or --json has up to ${told.length}`, "");
  }
  if (notes.length > 0) lines.push(...notes.flatMap((note) => wrapped(`! ${note}`, 2, style)), "");
  return lines;
}

function faultsWithin({ faults, parts }: ReportConversation): string[] {
  return [...faults, ...parts.flatMap(faultsWithin)];
}
