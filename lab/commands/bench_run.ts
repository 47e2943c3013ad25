/** Runs the bench over generated captures, and leaves nothing behind. */
import { aimsOf } from "../bench/aims.ts";
import { benchFile, plumbline, type Row } from "../bench/bench.ts";
import { FILES, generate, slice } from "../bench/files.ts";
import { endAll, run } from "../bench/measure.ts";
import { isInstalled, RIVALS } from "../bench/rivals.ts";
import { PROFILE, sessionsIn } from "../bench/rungs.ts";
import { aimsTable, fileTable } from "../bench/table.ts";
import { SESSIONS } from "../bench/tunnels.ts";
import type { BenchOptions } from "./bench.ts";
import { kernel } from "./surroundings.ts";
import { print, printJson } from "./usage.ts";

/** Signals that end a bench; its folder goes first. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `bench`; gives the exit code. */
export async function bench(options: BenchOptions): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-bench-" });
  const stop = () => {
    endAll();
    Deno.removeSync(folder, { recursive: true });
    Deno.exit(130);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, stop);
  try {
    await benchIn(folder, options);
    return 0;
  } finally {
    endAll();
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, stop);
    await Deno.remove(folder, { recursive: true });
  }
}

async function benchIn(folder: string, { size, rounds, json }: BenchOptions): Promise<void> {
  const progress = (line: string) => console.error(`bench: ${line}`);
  const installed = await Promise.all(RIVALS.map(isInstalled));
  const rivals = RIVALS.filter((_, i) => installed[i]);
  const missing = RIVALS.filter((_, i) => !installed[i]).map(({ name }) => name);
  await Deno.writeTextFile(`${folder}/profile.json`, JSON.stringify(PROFILE));
  progress(`generating ${FILES.length} captures of ${size} MB in ${folder}`);
  const files = await Promise.all(FILES.map((name) => generate(name, folder, size * 1e6)));
  const sessions = await sessionsIn(files.find(({ name }) => name === "tunnels")!.path);
  if (sessions !== SESSIONS && size >= 16) {
    throw new Error(`The judgement found ${sessions} of ${SESSIONS} sessions`);
  }
  const rows: Row[] = [];
  for (const file of files) rows.push(...await benchFile(file, rivals, rounds, progress));
  const starts = await startTimes(folder, files[0].path);
  const aims = aimsOf(rows, starts);
  if (json) {
    const machine = { cpu: cpu(), cores: navigator.hardwareConcurrency, kernel: kernel() };
    printJson({
      schema: 1,
      machine,
      deno: Deno.version.deno,
      files,
      sessions,
      missing,
      rows,
      aims,
    });
    return;
  }
  for (const file of files) print(fileTable(file, rows) + "\n");
  print(
    `* rate of the first packets, without the start. The judgement found ${sessions} sessions.`,
  );
  if (missing.length > 0) print(`Not installed: ${missing.join(", ")}.`);
  print(
    `${cpu()}, ${navigator.hardwareConcurrency} cores; best of ${rounds} runs, cached files.\n`,
  );
  print(aimsTable(aims));
}

/** Seconds until our commands are done with next to nothing; the best of five. */
async function startTimes(folder: string, capture: string): Promise<Record<string, number>> {
  const tiny = `${folder}/tiny.pcap`;
  await slice(capture, tiny, 1);
  const commands = {
    "plumbline --help": plumbline("--help"),
    "plumbline describe, one packet": plumbline("describe", tiny),
    "plumbline check, one packet": plumbline("check", "--profile", `${folder}/profile.json`, tiny),
  };
  const starts: Record<string, number> = {};
  for (const [name, program] of Object.entries(commands)) {
    starts[name] = Infinity;
    for (let i = 0; i < 5; i++) starts[name] = Math.min(starts[name], (await run(program)).seconds);
  }
  return starts;
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
