import { closest, distance } from "fastest-levenshtein";

/**
 * How an error names a word that is unknown: `got hidding; the nearest that is known is hiding`.
 * A word that means nothing must never pass for a choice, and whoever mistyped it wants the right one.
 */
export function gotUnknown(word: string, known: Iterable<string>): string {
  // The case of letters is the commonest mistake, and no distance between words.
  const words = new Map([...known].map((each) => [each.toLowerCase(), each]));
  if (words.size === 0) return `got ${word}`;
  const nearest = closest(word.toLowerCase(), [...words.keys()]);
  // What has nothing in common with any is not mistyped: all are of more help, where they are few.
  if (!isNear(word, nearest) && words.size <= FEW) {
    return `got ${word}; known are ${[...words.values()].join(", ")}`;
  }
  return `got ${word}; the nearest that is known is ${words.get(nearest)}`;
}

/** The same where the error has named all that is known: `got x`, with the one that is near if there is. */
export function gotOther(word: string, known: Iterable<string>): string {
  const near = [...known].some((each) => isNear(word, each));
  return near ? gotUnknown(word, known) : `got ${word}`;
}

/** Words that a line can name all. */
const FEW = 24;

/** Whether a word may be another one mistyped: most of it is the same, but for the case of letters. */
export function isNear(word: string, known: string): boolean {
  const [one, other] = [word.toLowerCase(), known.toLowerCase()];
  return one === other || distance(one, other) <= Math.max(one.length, other.length) / 2 ||
    other.startsWith(one) || one.startsWith(other);
}
