/** The bench of the engines as text, and which targets were met. */
import { aligned } from "../../terminal/text_table.ts";
import { INDENT } from "../table.ts";
import type { Target } from "../targets.ts";
import type { EngineReport, EngineRow } from "./engines.ts";

/** Packets a second that coalescing should take on one core. */
const RATE = 1e6;

/** The rows as a table. */
export function engineTable({ rows, sound }: EngineReport): string {
  const lines = [["engine", "traffic", "Mpkt/s", "Gb/s", "x copy", "per crossing", "off"]];
  for (const row of rows) {
    const copy = copyOf(rows, row);
    lines.push([
      row.engine,
      row.encapsulation,
      (row.packetsPerSecond / 1e6).toFixed(2),
      (row.bitsPerSecond / 1e9).toFixed(1),
      (copy.packetsPerSecond / row.packetsPerSecond).toFixed(1),
      row.perCrossing.toFixed(1),
      row.perCrossingOff.toFixed(1),
    ]);
  }
  return [
    "offload: 1,400 octets of payload a segment, 32 flows side by side, one core",
    aligned(lines, 2, INDENT),
    "Packets are segments on the wire, seconds those of the processor. Per crossing: segments for",
    "each frame between host and card; off: the same without presets.",
    sound
      ? "What was segmented was joined to what it was, octet for octet."
      : "WRONG: what was segmented was not joined to what it was.",
  ].join("\n");
}

/** The targets that the rows allow to tell. */
export function engineTargets({ rows }: EngineReport): Target[] {
  return rows.filter(({ engine }) => engine === "coalescing").map((row) => {
    const met = row.packetsPerSecond >= RATE;
    return {
      title: `coalescing of ${row.encapsulation}, packets a second of one core`,
      wanted: `≥ ${RATE.toLocaleString("en")}`,
      got: Math.round(row.packetsPerSecond).toLocaleString("en"),
      met,
      ...(met ? {} : { why: `a copy takes 1 in ${ratio(rows, row)} of that time` }),
    };
  });
}

const copyOf = (rows: readonly EngineRow[], { encapsulation }: EngineRow) =>
  rows.find((row) => row.engine === "copy" && row.encapsulation === encapsulation)!;

const ratio = (rows: readonly EngineRow[], row: EngineRow) =>
  (copyOf(rows, row).packetsPerSecond / row.packetsPerSecond).toFixed(1);
