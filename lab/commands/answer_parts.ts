/** The parts of an answer about captures, as lines of text. */
import { escapeControls } from "../../captures/escape.ts";
import type { Tone } from "../../suites/kit/conversation.ts";
import { several, wallClock } from "../../suites/kit/narration.ts";
import type { ReportConversation } from "../../suites/report/conversations_model.ts";
import { findingWord } from "../../suites/report/findings_words.ts";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { VERDICT_WORDS } from "../../suites/report/words.ts";
import { type Format, type Style, wrapped } from "../terminal/style.ts";

/** Frames of a fault, and reasons why something was not judged, that are listed. */
const FRAMES = 6, REASONS = 6;

const TONES: Readonly<Record<Tone, Format>> = {
  ...{ good: "green", bad: "red", open: "yellow", note: "dim" },
};

/** Text in the colour of a tone. */
export function painted({ paint }: Style, tone: Tone, text: string): string {
  return tone === "note" ? text : paint(TONES[tone], text);
}

/** Frames in a few words: `frames 3, 5`, with the capture where there are several. */
export function framesText(
  frames: readonly { capture: string; number: number }[],
  captures: number,
): string {
  if (frames.length === 0) return "";
  const shown = frames.slice(0, FRAMES)
    .map(({ capture, number }) =>
      captures > 1 ? `${escapeControls(capture)}:${number}` : `${number}`
    );
  const more = frames.length > FRAMES ? ` and ${frames.length - FRAMES} more` : "";
  return `frame${frames.length === 1 ? "" : "s"} ${shown.join(", ")}${more}`;
}

/** How many captures there were: each once, however many suites looked at it. */
export function capturesIn({ captures }: Report): number {
  return new Set(captures.map(({ file }) => file)).size;
}

/** A conversation as lines, with the faults in it. */
export function conversationLines(
  one: ReportConversation,
  report: Report,
  style: Style,
  depth = 0,
): string[] {
  const indent = "  ".repeat(depth), at = wallClock(one.began);
  // Where all of it is in one capture, it is named once.
  const names = new Set(one.events.flatMap(({ frames }) => frames.map(({ capture }) => capture)));
  const isNamed = capturesIn(report) > 1 && names.size === 1;
  const captures = isNamed ? 1 : capturesIn(report);
  const where = (at === undefined ? "" : `, from ${at}`) +
    (isNamed && depth === 0 ? `, in ${[...names][0]}` : "");
  const lines = [
    `${indent}${style.paint("bold", escapeControls(one.title))}: ${
      painted(style, one.tone, wrapped(one.summary, indent.length + 4, style).join("\n"))
    }`,
    ...wrapped(`${indent}  ${one.between}${where}`, 4, style),
  ];
  const shown = one.events.map((event) => ({
    time: one.ended > 0 ? `+${(event.time - one.began).toFixed(3)}` : "no time",
    frames: framesText(event.frames.slice(0, 1), captures) + (event.frames.length > 1 ? " …" : ""),
    event,
  }));
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  const widths = {
    time: width(shown.map(({ time }) => time)),
    frames: width(shown.map(({ frames }) => frames)),
    way: width(shown.map(({ event }) => event.way)),
    what: width(shown.map(({ event }) => event.what)),
  };
  for (const { time, frames, event } of shown) {
    const head = [
      time.padStart(widths.time),
      frames.padEnd(widths.frames),
      event.way.padEnd(widths.way),
      escapeControls(event.what).padEnd(widths.what),
    ].filter((part) => part !== "").join("  ");
    const start = `${indent}    ${head}  `;
    const text = wrapped(event.text, start.length, style).join("\n");
    lines.push(`${indent}    ${style.paint("dim", head)}  ${painted(style, event.tone, text)}`);
  }
  for (const { name, value } of one.properties) {
    lines.push(
      ...wrapped(`${indent}    ${name}: ${value}`, indent.length + 6, style)
        .map((line) => style.paint("dim", line)),
    );
  }
  for (const note of one.notes) lines.push(...wrapped(`${indent}    (${note})`, 6, style));
  lines.push(...faultsText(faultsOf(one, report), report, style, `${indent}  `));
  for (const part of one.parts) lines.push(...conversationLines(part, report, style, depth + 1));
  return lines;
}

/** The checks that found a fault in a conversation. */
function faultsOf({ faults }: ReportConversation, { suites }: Report): ReportCheck[] {
  return suites.flatMap(({ checks }) => checks)
    .filter(({ id, verdict }) => verdict === "fail" && faults.includes(id));
}

/** Faults as lines: the rule and where it stands, what was expected, what was found, and where. */
export function faultsText(
  checks: readonly ReportCheck[],
  report: Report,
  style: Style,
  indent: string,
): string[] {
  const captures = capturesIn(report), deep = indent.length + 4;
  return checks.flatMap((check) => {
    const { title, covers, level, verdict, roles = [] } = check, should = level === "SHOULD";
    const sources = report.requirements.filter(({ id }) => covers.includes(id))
      .map(({ source }) => source);
    const finding = findingWord(check);
    const head = `${VERDICT_WORDS[verdict].sign} ${level} ${[...new Set(sources)].join("; ")}` +
      (finding && ` (${finding})`);
    return [
      `${indent}${style.paint(should ? "yellow" : "red", head)}  ${
        wrapped(`${roles.map(roleName).join(", ")}: ${title} (${covers.join(", ")})`, deep, style)
          .join("\n")
      }`,
      ...(check.reason === undefined ? [] : wrapped(`${indent}    ${check.reason}`, deep, style)),
      ...(verdict === "fail"
        ? [
          ...wrapped(`${indent}    expected ${check.expected ?? ""}`, deep + 2, style),
          ...wrapped(`${indent}    found    ${check.actual ?? ""}`, deep + 2, style),
          `${indent}    ${framesText(check.frames ?? [], captures)}`,
        ]
        : []),
    ];
  });
}

/** A role as people write it: `LAC`, `sender`. */
function roleName(role: string): string {
  return role.length <= 3 ? role.toUpperCase() : role;
}

/** What was judged, and what was not and why. */
export function judgedText({ suites }: Report, style: Style): string[] {
  return suites.filter(({ checks }) => checks.length > 0).flatMap(({ name, checks }) => {
    const count = (word: string) => checks.filter(({ verdict }) => verdict === word).length;
    const open = checks.filter(({ verdict }) => verdict === "inconclusive");
    const lines = [
      `${name}: ${several(count("pass"), "rule")} kept, ${count("fail")} broken, ` +
      `${open.length} could not be judged`,
    ];
    const reasons = [...Map.groupBy(open, ({ reason }) => reason ?? "")]
      .sort(([, a], [, b]) => b.length - a.length);
    for (const [reason, some] of reasons.slice(0, REASONS)) {
      lines.push(...wrapped(`  ${several(some.length, "rule")}: ${reason}`, 6, style));
    }
    if (reasons.length > REASONS) {
      lines.push(`  and ${several(reasons.length - REASONS, "more reason")}: see --out or --json`);
    }
    return lines;
  });
}
