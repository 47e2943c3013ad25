/** A run in a process of its own, so that its memory is its own: `process.ts OPTIONS` prints JSON. */
import { watchLifeline } from "../worlds/netns/enter.ts";
import type { ScaleOptions } from "./options.ts";
import { runAtScale, type ScaleReport } from "./run.ts";

/** Options of V8: room for many initiators, and for much that is young before any of it is moved. */
const V8_FLAGS = "--v8-flags=--max-old-space-size=16000,--max-semi-space-size=32";

/** Runs, with the progress on standard error. */
export async function runInProcess(options: Omit<ScaleOptions, "rules">): Promise<ScaleReport> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", V8_FLAGS, import.meta.url, JSON.stringify(options)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const [said, { code }] = await Promise.all([new Response(child.stdout).text(), child.status]);
  await child.stdin.close().catch(() => {});
  if (code !== 0) throw new Error(`Cannot run the cluster as its process ended with code ${code}`);
  return JSON.parse(said);
}

if (import.meta.main) {
  void watchLifeline();
  const options = JSON.parse(Deno.args[0]) as ScaleOptions;
  const report = await runAtScale({ ...options, rules: {} }, (line) => {
    console.error(`bench: ${line}`);
  });
  console.log(JSON.stringify(report));
  Deno.exit(0);
}
