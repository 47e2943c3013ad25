/** Parses JSON from anybody within bounds: short text can hold millions of values, or nest them. */

/** Levels within levels at most, and values of one document. */
const DEEPEST = 64, MOST_VALUES = 1_000_000;

const QUOTE = 34, BACKSLASH = 92, COMMA = 44, COLON = 58;
const OPEN = [91, 123], CLOSE = [93, 125];

/** The value of a JSON text, or why it has none, to stand behind "as". */
export type ParsedJson = { value: unknown } | { problem: string };

/** Parses JSON text of bounded nesting and number of values. */
export function parseJson(text: string): ParsedJson {
  const problem = excess(text);
  if (problem !== undefined) return { problem };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: "it must be JSON" };
  }
}

/** How the text exceeds the bounds; a first look at its marks, before any value is made. */
function excess(text: string): string | undefined {
  let depth = 0, values = 0;
  for (let at = 0; at < text.length; at++) {
    const mark = text.charCodeAt(at);
    if (mark === QUOTE) at = endOfString(text, at);
    else if (mark === COMMA || mark === COLON) values++;
    else if (OPEN.includes(mark)) {
      values++;
      if (++depth > DEEPEST) return `it must nest at most ${DEEPEST} levels of JSON`;
    } else if (CLOSE.includes(mark)) depth--;
    if (values > MOST_VALUES) return `it must hold at most ${MOST_VALUES} values`;
  }
  return undefined;
}

/** Where the closing quote of a string stands, or the last character of a text without one. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length - 1;
}
