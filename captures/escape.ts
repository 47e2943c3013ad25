/**
 * Text that devices, captures and profiles control, made harmless: nothing in it moves a cursor, breaks
 * a line, hides or turns what stands around it. Markup is another matter: renderers escape that.
 */

/** Control and format characters, and the separators of lines and paragraphs (Unicode categories). */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same without tab and newline. */
const CONTROLS_WITHIN_LINES = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Replaces control and format characters by their code, such as `\u{202e}`, and lone surrogates by
 * U+FFFD.
 * @param keepLines Whether tab and newline stay as they are.
 */
export function escapeControls(text: string, keepLines = false): string {
  return text.toWellFormed().replace(
    keepLines ? CONTROLS_WITHIN_LINES : CONTROLS,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
