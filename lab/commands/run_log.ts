/** `run_log.json` of a run directory: what its evidence cannot say. */
import { RUN_LOG, type RunLog } from "../../suites/engine/run_log.ts";
import { writeTextInside } from "../../suites/engine/run_files.ts";
import type { Report } from "../../suites/report/model.ts";
import type { Judged } from "./run_scenarios.ts";

/** Writes the log of a run into its directory; nothing where there is nothing to say. */
export function writeRunLog(
  directory: string,
  judged: readonly Judged[],
  notes: readonly string[],
): RunLog | undefined {
  const missing = judged.flatMap(({ notRun }) => notRun === undefined ? [] : [notRun]);
  if (missing.length === 0 && notes.length === 0) return undefined;
  const not_run = Object.fromEntries(missing.map(({ evidence, reason }) => [evidence, reason]));
  const log: RunLog = { schema: 1, not_run, notes: [...notes] };
  writeTextInside(directory, RUN_LOG, JSON.stringify(log, null, 1) + "\n");
  return log;
}

/** The notes of a log, as reports have them. */
export function logNotes(log: RunLog | undefined): NonNullable<Report["notes"]> {
  return (log?.notes ?? []).map((text) => ({ evidence: "", text }));
}

/** A value by a key that may be anything. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
