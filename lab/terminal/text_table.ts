/**
 * Rows as text in columns: the first `left` columns to the left, the others to the right.
 * @param indent What stands before each line.
 */
export function aligned(rows: readonly string[][], left: number, indent = ""): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    indent + row.map((text, i) => i < left ? text.padEnd(widths[i]) : text.padStart(widths[i]))
      .join("  ").trimEnd()
  ).join("\n");
}
