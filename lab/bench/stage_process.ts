/** One stage in a process of its own: `stage_process.ts NAME CAPTURE` prints what it measured as JSON. */
import { memoryOf } from "./process.ts";
import { type StageName, STAGES } from "./stages.ts";

/** What the process says at its end. */
export interface StageReport {
  packets: number;
  details: Record<string, number>;
  /** Seconds of the best run, without the start of the process. */
  seconds: number;
  /** Octets of memory at most, of the whole process. */
  peak: number;
}

if (import.meta.main) {
  const [name, path, rounds] = Deno.args;
  let seconds = Infinity;
  let found = { packets: 0, details: {} };
  for (let round = 0; round < Number(rounds); round++) {
    const begun = performance.now();
    found = await STAGES[name as StageName](path);
    seconds = Math.min(seconds, (performance.now() - begun) / 1000);
  }
  const report: StageReport = { ...found, seconds, peak: memoryOf("self", "VmHWM") ?? 0 };
  console.log(JSON.stringify(report));
}
