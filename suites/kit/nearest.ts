import { closest } from "fastest-levenshtein";

/**
 * How an error names a word that is unknown: `got hidding; the nearest that is known is hiding`.
 * A word that means nothing must never pass for a choice, and whoever mistyped it wants the right one.
 */
export function gotUnknown(word: string, known: Iterable<string>): string {
  // The case of letters is the commonest mistake, and no distance between words.
  const words = new Map([...known].map((each) => [each.toLowerCase(), each]));
  if (words.size === 0) return `got ${word}`;
  const nearest = words.get(closest(word.toLowerCase(), [...words.keys()]));
  return `got ${word}; the nearest that is known is ${nearest}`;
}
