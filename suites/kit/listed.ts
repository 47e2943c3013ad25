const FORMAT = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** Words as a sentence lists them, each once: `a, b and c`. */
export function listed(words: Iterable<string>): string {
  return FORMAT.format(new Set(words));
}
