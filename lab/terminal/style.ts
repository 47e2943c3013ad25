/** How text is shown on standard output or standard error: colours and lines that fit, on a terminal. */
import process from "node:process";
import { styleText } from "node:util";
import stringWidth from "string-width";
import { escapeControls } from "../../captures/escape.ts";
import type { VerdictWord } from "../../suites/kit/verdict.ts";

/** Names of `styleText` that are used. */
export type Format = "bold" | "dim" | "red" | "green" | "yellow";

/** How text is shown. */
export interface Style {
  /** Columns of the terminal; undefined where lines may be of any length. */
  columns?: number;
  paint(format: Format, text: string): string;
}

/** No colours, and lines of any length. */
export const PLAIN: Style = { paint: (_, text) => text };

/** A terminal that does not tell how wide it is. */
const USUAL = 80;

/** The style of a stream of this process; `NO_COLOR` and `FORCE_COLOR` say otherwise. */
export function styleOf(name: "stdout" | "stderr"): Style {
  const live = Deno[name].isTerminal();
  return {
    ...(live ? { columns: columns() } : {}),
    paint: (format, text) => styleText(format, text, { stream: process[name] }),
  };
}

/** Columns of the terminal of this process. */
export function columns(): number {
  try {
    return Math.max(40, Deno.consoleSize().columns || USUAL);
  } catch {
    return USUAL;
  }
}

/** The colour of each verdict. */
export const VERDICT_FORMATS: Readonly<Record<VerdictWord, Format>> = {
  ...{ pass: "green", fail: "red", error: "red", inconclusive: "yellow", not_applicable: "dim" },
};

/**
 * A text broken into lines that fit; those behind the first are indented. Controls in it are escaped,
 * and the spaces before it kept.
 * @param indent Columns before the lines behind the first.
 */
export function wrapped(text: string, indent: number, { columns }: Style): string[] {
  const room = Math.max(24, (columns ?? Infinity) - indent), lines: string[] = [];
  const whole = escapeControls(text), before = /^ */.exec(whole)![0];
  if (columns === undefined) return [whole];
  let line = "", width = 0;
  for (const word of whole.slice(before.length).split(" ")) {
    const more = stringWidth(word);
    // The first line begins where it begins, whatever the others leave free.
    const most = lines.length === 0 ? Math.max(24, columns - before.length) : room;
    if (line !== "" && width + 1 + more > most) {
      lines.push(line);
      [line, width] = [word, more];
    } else [line, width] = line === "" ? [word, more] : [`${line} ${word}`, width + 1 + more];
  }
  return [...lines, line].map((part, i) => (i === 0 ? before : " ".repeat(indent)) + part);
}

/** As much of a line as fits; what was cut is marked. */
export function fitting(text: string, { columns }: Style): string {
  if (columns === undefined || stringWidth(text) <= columns) return text;
  let shown = "", width = 1;
  for (const character of text) {
    width += stringWidth(character);
    if (width > columns) break;
    shown += character;
  }
  return `${shown}…`;
}
