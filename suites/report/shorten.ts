/** Text of at most `most` characters, with an ellipsis where it was longer. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - 1).toWellFormed() + "…";
}
