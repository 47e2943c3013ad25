/** The bench as text. */
import { aligned } from "../terminal/text_table.ts";
import type { Target } from "./targets.ts";
import type { Row } from "./bench.ts";
import type { BenchFile } from "./files.ts";

/** What stands before each line of a table. */
export const INDENT = "  ";

const STAGE_ORDER = [
  "read",
  "record walk",
  "dissection",
  "session accounting",
  "judgement",
  "judgement of L2TP",
  "judgement by all suites",
];

/** The table of one capture. */
export function fileTable(file: BenchFile, rows: readonly Row[]): string {
  const measured = rows.filter((row) => row.file === file.name);
  const cat = measured.find(({ program }) => program === "cat");
  const size = `${(file.octets / 1e9).toFixed(2)} GB, ${file.packets.toLocaleString("en")} packets`;
  const lines = [["stage", "program", "Mpkt/s", "GB/s", "s", "peak MB", "x cat", "ours is"]];
  for (const stage of STAGE_ORDER) {
    const group = measured.filter((row) => row.stage === stage)
      .sort((a, b) => Number(b.ours) - Number(a.ours));
    const ours = group.find((row) => row.ours && row.whole);
    for (const [i, row] of group.entries()) {
      // A slice stands for the whole capture.
      const seconds = row.seconds * file.packets / row.packets;
      lines.push([
        i === 0 ? stage : "",
        row.program + (row.packets < file.packets ? " *" : ""),
        stage === "read" ? "" : rate(row.packetsPerSecond / 1e6),
        rate(row.octetsPerSecond / 1e9),
        seconds.toFixed(seconds < 10 ? 3 : 0),
        row.peak === undefined ? "?" : (row.peak / 1e6).toFixed(0),
        cat === undefined ? "" : rate(seconds / cat.seconds),
        row.ours || ours === undefined
          ? ""
          : `${rate(ours.packetsPerSecond / row.packetsPerSecond)} times`,
      ]);
    }
  }
  return `${file.name}: ${file.title}; ${size}\n${aligned(lines, 2, INDENT)}`;
}

/** The targets, and what became of them. */
export function targetsTable(targets: readonly Target[]): string {
  const lines = [["target", "wanted", "got", ""]];
  for (const { title, wanted, got, met } of targets) {
    lines.push([title, wanted, got, met ? "met" : "NOT MET"]);
  }
  const why = targets.filter((target) => !target.met).flatMap(({ title, why }) =>
    why === undefined ? [] : `  ${title}: ${why}`
  );
  return aligned(lines, 1, INDENT) + (why.length > 0 ? `\nWhy not:\n${why.join("\n")}` : "");
}

/** Three significant digits. */
function rate(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toPrecision(2);
}
