import { join } from "../../../suites/kit/paths.ts";
import { projectSuite } from "../../../suites/registry.ts";
import type { Pair } from "../../../suites/report/interop/model.ts";
import { concludes } from "../finish.ts";
import { judgeRun } from "../judge_run.ts";
import { runOf } from "../owed.ts";
import { pairOf } from "./meet.ts";

/**
 * Judges the run of a pair as it lies in the directory of a matrix.
 * @returns What it came to, or why it is none of a pair.
 */
export async function judgePair(directory: string, pair: Pair): Promise<Pair | string> {
  const run = pair.run!, place = join(directory, run);
  const judged = await judgeRun(place, {});
  const { disk: { plan }, contradiction, scope } = judged;
  if (plan === undefined || contradiction !== undefined) {
    return contradiction ?? `${run} holds no plan`;
  }
  const report = concludes({ ...judged, run: runOf(plan, { id: "", milliseconds: 0, scope }) });
  const suite = (await projectSuite(pair.suite))!;
  const { roles, devices, scenarios } = pair;
  return await pairOf({ suite: pair.suite, roles, devices, run, scenarios }, report, suite, place);
}
