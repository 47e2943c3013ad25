import { closest } from "fastest-levenshtein";

/**
 * How an error names a word that is unknown: `got hidding; the nearest that is known is hiding`.
 * A word that means nothing must never pass for a choice, and whoever mistyped it wants the right one.
 */
export function gotUnknown(word: string, known: Iterable<string>): string {
  const words = [...known];
  const nearest = words.length === 0 ? "" : `; the nearest that is known is ${
    // The case of letters is the commonest mistake, and no distance between words.
    words.find((each) => each.toLowerCase() === word.toLowerCase()) ?? closest(word, words)}`;
  return `got ${word}${nearest}`;
}
