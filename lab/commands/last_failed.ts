/** `--last-failed`: the scenarios that an earlier run leaves to be played again. */
import { join } from "../../suites/kit/paths.ts";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { turnsTheRun } from "../../suites/report/words.ts";
import { exists, openNamed, readReport } from "./run_on_disk.ts";
import { freeName } from "./run_metadata.ts";
import { withoutRepetition } from "./scenarios_owed.ts";
import { UsageError } from "./usage.ts";

/** An earlier run, and what of it is to be played again. */
export interface LastFailed {
  /** The run directory. */
  run: string;
  /** Evidence directories, as they are named where a scenario is played once. */
  failed: string[];
  /** Where the new run goes; undefined where nobody named a place. */
  out: string | undefined;
}

/**
 * Finds what failed in a run: the one that is named; or else the last run of the same `--out`, which
 * are OUT, OUT-2, OUT-3, …; or else the newest under `runs/`.
 * @throws {UsageError} When there is no such run, or nothing failed in it.
 */
export async function lastFailed(
  named: string | true,
  out: string | undefined,
): Promise<LastFailed> {
  const place = out?.replace(/(?<=.)\/+$/, "");
  const run = named === true ? lastRun(place) : named;
  const disk = await openNamed(run);
  const report = disk === undefined ? undefined : readReport(disk);
  if (report === undefined) {
    const isBegun = disk?.plan !== undefined;
    throw new UsageError(
      `Cannot run again what failed as ${run} is no run that has ended: it has no report.json` +
        (isBegun ? "; certify --resume goes on with it" : ""),
    );
  }
  if (typeof report === "string") {
    throw new UsageError(`Cannot run again what failed as ${run}/report.json ${report}`);
  }
  const failed = failedIn(report);
  if (failed.length === 0) {
    throw new UsageError(`Cannot run again what failed as nothing did in ${run}`);
  }
  const taken = place !== undefined && exists(join(place, "plan.json"));
  return { run, failed, out: taken ? freeName(place) : out };
}

/** The scenarios of a report in which something failed, broke down, or is owed and was not shown. */
export function failedIn(report: Report): string[] {
  const bad = (check: ReportCheck) => check.verdict === "fail" || turnsTheRun(report, check);
  const evidence = report.suites.flatMap(({ checks }) => checks).filter(bad)
    .map((check) => withoutRepetition(check.evidence, report.run.repeat));
  return [...new Set(evidence)].filter((name) => name !== "");
}

function lastRun(out: string | undefined): string {
  if (out !== undefined) {
    let last = out;
    for (let n = 2; exists(join(`${out}-${n}`, "plan.json")); n++) last = `${out}-${n}`;
    return last;
  }
  const names = exists("runs", "directory") ? [...Deno.readDirSync("runs")] : [];
  const runs = names.filter(({ name }) => exists(`runs/${name}/report.json`))
    .map(({ name }) => ({ name, made: Deno.statSync(`runs/${name}/report.json`).mtime }))
    .sort((a, b) => Number(b.made) - Number(a.made));
  if (runs.length > 0) return `runs/${runs[0].name}`;
  throw new UsageError(
    "Cannot run again what failed as no run lies under runs/: --last-failed RUN names another",
  );
}
