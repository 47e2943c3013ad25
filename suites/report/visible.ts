/**
 * Text that devices, captures and profiles control, made visible: nothing in it moves, hides or turns
 * what stands around it. Markup is another matter: the renderer escapes that.
 */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Replaces control and format characters by their code, such as `\u{202e}`; keeps tab and newline. */
export function visible(text: string): string {
  return text.toWellFormed().replace(HIDDEN, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** Text of at most `most` characters, with an ellipsis where it was longer. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - 1).toWellFormed() + "…";
}
