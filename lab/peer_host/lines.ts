/**
 * Cuts a stream of text into lines; a last line without an end is given too.
 * @param longest Characters of a line at most: what is longer is given in pieces.
 */
export function textLines(longest = Infinity): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (line !== "") controller.enqueue(line);
      if (rest.length > longest) {
        controller.enqueue(rest);
        rest = "";
      }
    },
    flush(controller) {
      if (rest !== "") controller.enqueue(rest);
    },
  });
}
