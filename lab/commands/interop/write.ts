/** Writes a matrix, and prints it. */
import { escapeControls } from "../../../captures/escape.ts";
import { writeTextInside } from "../../../suites/engine/run_files.ts";
import { join } from "../../../suites/kit/paths.ts";
import { interopMarkdown } from "../../../suites/report/interop/markdown.ts";
import type { Interop } from "../../../suites/report/interop/model.ts";
import { interopHtml } from "../../../suites/report/interop/page.tsx";
import {
  cellText,
  emptyLines,
  faultText,
  interopHeadline,
  matricesOf,
} from "../../../suites/report/interop/words.ts";
import { buildManifest } from "../../../suites/report/manifest.ts";
import { VERDICT_WORDS } from "../../../suites/report/words.ts";
import { styleOf, wrapped } from "../../terminal/style.ts";
import { aligned } from "../../terminal/text_table.ts";
import { print } from "../usage.ts";

/** Writes a matrix into its directory, the hashes of everything last. */
export async function writeMatrix(directory: string, matrix: Interop): Promise<void> {
  writeTextInside(directory, "interop.json", JSON.stringify(matrix, null, 1) + "\n");
  writeTextInside(directory, "summary.md", interopMarkdown(matrix));
  writeTextInside(directory, "report.html", interopHtml(matrix));
  const manifest = await buildManifest(directory, matrix, []);
  writeTextInside(directory, "manifest.json", JSON.stringify(manifest, null, 1) + "\n");
}

/** Failures that are listed; the page has them all. */
const MOST_SHOWN = 10;

/** Prints a matrix for a person at a terminal. */
export function printMatrix(directory: string, matrix: Interop): void {
  const matrices = matricesOf(matrix);
  for (const { suite, roles, rows, columns, at, unsupported } of matrices) {
    if (rows.length === 0) continue;
    print(`${suite}: ${roles[0]} (down) and ${roles[1]} (across)`);
    const table = [
      ["", ...columns],
      ...rows.map((row) => [
        row,
        ...columns.map((column) => {
          const pair = at(row, column);
          return pair === undefined ? "" : cellText(pair);
        }),
      ]),
    ];
    print(aligned(table.map((line) => line.map((text) => escapeControls(text))), 99, "  "));
    if (unsupported.length > 0) print(`  ${unsupported.length} more pairs cannot be`);
    print("");
  }
  const empty = emptyLines(matrices);
  const tell = (line: string) => print(wrapped(line, 2, style).join("\n"));
  const style = styleOf("stdout");
  empty.forEach(tell);
  if (empty.length > 0) print("");
  const failures = matrix.pairs.flatMap((pair) =>
    (pair.failures ?? []).map((failure) =>
      `${VERDICT_WORDS.fail.sign} ${faultText(pair, failure)}: ${
        failure.covers.join(", ")
      } ${failure.title} (${pair.devices.join(" and ")})`
    )
  );
  [...new Set(failures)].slice(0, MOST_SHOWN).forEach(tell);
  const more = new Set(failures).size - MOST_SHOWN;
  if (more > 0) print(`… and ${more} more`);
  const { title, sentence } = interopHeadline(matrix);
  tell(`${title}. ${sentence}`);
  print(`Report: ${join(directory, "report.html")}`);
}
