/** Runs the benches that are asked for, one after the other, and prints what they came to. */
import { targetsTable } from "../bench/table.ts";
import type { BenchName, BenchOptions, BenchResult } from "./bench_options.ts";
import { kernel } from "./run_metadata.ts";
import { print, printJson } from "./usage.ts";

type Bench = (options: BenchOptions, progress: (line: string) => void) => Promise<BenchResult>;

/** Each is loaded only when it runs. */
const BENCHES: Readonly<Record<BenchName, () => Promise<Bench>>> = {
  captures: async () => (await import("./bench_captures.ts")).benchCaptures,
  l2tp: async () => (await import("./bench_l2tp.ts")).benchL2tp,
  cluster: async () => (await import("./bench_cluster.ts")).benchCluster,
  hostile: async () => (await import("./bench_hostile.ts")).benchHostile,
  offload: async () => (await import("./bench_offload.ts")).benchOffload,
};

/** Runs `bench`; gives the exit code: 1 when something measured is wrong, whatever its speed. */
export async function bench(names: readonly BenchName[], options: BenchOptions): Promise<number> {
  const chosen = names.length > 0 ? [...new Set(names)] : Object.keys(BENCHES) as BenchName[];
  const progress = (line: string) => console.error(`bench: ${line}`);
  const results: [BenchName, BenchResult][] = [];
  for (const name of chosen) {
    const result = await (await BENCHES[name]())(options, progress);
    results.push([name, result]);
    if (!options.json) print(`${result.text}\n`);
  }
  const sound = results.every(([, result]) => result.sound !== false);
  if (options.json) {
    const machine = { cpu: cpu(), cores: navigator.hardwareConcurrency, kernel: kernel() };
    const reports = Object.fromEntries(results.map(([name, { report }]) => [name, report]));
    printJson({ schema: 3, machine, deno: Deno.version.deno, ...reports });
  } else {
    print(`${cpu()}, ${navigator.hardwareConcurrency} cores.\n`);
    print(targetsTable(results.flatMap(([, { targets }]) => targets)));
  }
  return sound ? 0 : 1;
}

/** The processor's name, as the kernel tells it. */
function cpu(): string {
  try {
    const found = /^model name\s*:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"));
    return found?.[1] ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}
