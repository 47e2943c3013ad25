/** Measures what hostile captures cost. */
import { hostileRows, hostileTable, MEMORY, SECONDS } from "../bench/hostile/bounds.ts";
import { temporaryFolder } from "../temporary.ts";
import type { BenchOptions, BenchResult } from "./bench_options.ts";

/** Runs the bench over attacks of 10 MB. */
export async function benchHostile(
  _options: BenchOptions,
  progress: (line: string) => void,
): Promise<BenchResult> {
  const folder = await temporaryFolder("hostile");
  try {
    const rows = await hostileRows(folder, progress);
    const unsound = rows.filter(({ sound }) => !sound);
    return {
      report: { rows },
      text: hostileTable(rows),
      targets: [{
        title: "memory and time of 10 MB of anything",
        wanted: `< ${MEMORY / 1e6} MB, < ${SECONDS} s`,
        got: unsound.length === 0 ? "all" : `${unsound.length} of ${rows.length} exceed it`,
        met: unsound.length === 0,
      }],
      sound: unsound.length === 0,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
