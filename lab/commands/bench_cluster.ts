/** Brings a cluster up at scale in virtual time, with failures, and judges what became of it. */
import { runInProcess } from "../scale/process.ts";
import { scaleTable } from "../scale/table.ts";
import { memoryVerdict, verdicts } from "../scale/verdicts.ts";
import type { BenchOptions, BenchResult } from "./bench_options.ts";

/** Runs it in a process of its own, whose memory is measured. */
export async function benchCluster(options: BenchOptions): Promise<BenchResult> {
  const { initiators, endpoints, variant, policy, flood, seed } = options;
  const report = await runInProcess({
    ...{ initiators, endpoints, variant, policy, flood, seed },
    ...{ ramp: 60_000, loss: 0.005, failures: true },
  });
  const targets = [...verdicts(report), memoryVerdict(report)];
  const sound = targets.every(({ met }) => met);
  return { report: { ...report, verdicts: targets }, text: scaleTable(report), targets, sound };
}
