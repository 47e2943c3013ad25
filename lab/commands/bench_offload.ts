/** Measures both engines of the reference network card in memory. */
import { measureEngines } from "../bench/offload/engines.ts";
import { engineTable, engineTargets } from "../bench/offload/table.ts";
import type { BenchOptions, BenchResult } from "./bench_options.ts";

/** Runs it in this process: nothing of it waits for anything. */
export function benchOffload(
  { rounds }: BenchOptions,
  progress: (line: string) => void,
): Promise<BenchResult> {
  const report = measureEngines(rounds, progress), targets = engineTargets(report);
  const text = engineTable(report);
  return Promise.resolve({ report: { ...report, targets }, text, targets, sound: report.sound });
}
