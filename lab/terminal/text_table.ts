/** Tables as text. */
import stringWidth from "string-width";
import { escapeControls } from "../../captures/escape.ts";
import { type Style, wrapped } from "./style.ts";

/**
 * Rows as text in columns: the first `left` columns to the left, the others to the right.
 * @param indent What stands before each line.
 */
export function aligned(rows: readonly string[][], left: number, indent = ""): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => stringWidth(row[i]))));
  return rows.map((row) =>
    indent + row.map((text, i) => {
      const blanks = " ".repeat(widths[i] - stringWidth(text));
      return i < left ? text + blanks : blanks + text;
    }).join("  ").trimEnd()
  ).join("\n");
}

/**
 * A list under a heading: columns to the left, the last of which is broken where it does not fit.
 * @param rows Cells; controls in them are escaped.
 */
export function listing(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string[] {
  const shown = rows.map((row) => row.map((text) => escapeControls(text)));
  const last = heading.length - 1;
  const columns = aligned([heading, ...shown].map((row) => [...row.slice(0, last), "|"]), last)
    .split("\n").map((line) => line.slice(0, -1));
  const indent = stringWidth(columns[0]);
  const [first, ...lines] = columns.map((line, i) => line + [heading, ...shown][i][last]);
  // Where the last column has no room of its own, it goes below the others.
  const hanging = style.columns !== undefined && style.columns - indent < 24 ? 4 : indent;
  return [
    style.paint("dim", first),
    ...lines.flatMap((line) => wrapped(line.trimEnd(), hanging, style)),
  ];
}
