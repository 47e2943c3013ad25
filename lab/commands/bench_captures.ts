/** Measures reading and judging generated captures, and leaves nothing behind. */
import { CHECK, type Target, targetsOf } from "../bench/targets.ts";
import { benchFile, plumbline, type Row } from "../bench/bench.ts";
import { type BenchFile, FILES, generate, slice } from "../bench/files.ts";
import { endAll, run } from "../bench/measure.ts";
import { COMPETITORS, isInstalled } from "../bench/competitors.ts";
import { PROFILE, sessionsIn } from "../bench/stages.ts";
import { fileTable } from "../bench/table.ts";
import { SESSIONS } from "../bench/tunnels.ts";
import { temporaryFolder } from "../temporary.ts";
import type { BenchOptions, BenchResult } from "./bench_options.ts";

/** Signals that end a bench; its folder goes first. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What was measured on the captures. */
interface CapturesReport {
  files: readonly BenchFile[];
  sessions: number;
  /** Competitors that are not installed. */
  missing: readonly string[];
  rows: readonly Row[];
  targets: readonly Target[];
}

/** Runs the bench over generated captures. */
export async function benchCaptures(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<BenchResult> {
  const folder = await temporaryFolder("bench");
  const stop = () => {
    endAll();
    Deno.removeSync(folder, { recursive: true });
    Deno.exit(130);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, stop);
  try {
    const report = await benchIn(folder, options, progress);
    return {
      report: { ...report },
      text: capturesText(report, options.rounds),
      targets: report.targets,
    };
  } finally {
    endAll();
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, stop);
    await Deno.remove(folder, { recursive: true });
  }
}

async function benchIn(
  folder: string,
  { size, rounds }: BenchOptions,
  progress: (line: string) => void,
): Promise<CapturesReport> {
  const installed = await Promise.all(COMPETITORS.map(isInstalled));
  const competitors = COMPETITORS.filter((_, i) => installed[i]);
  const missing = COMPETITORS.filter((_, i) => !installed[i]).map(({ name }) => name);
  await Deno.writeTextFile(`${folder}/profile.json`, JSON.stringify(PROFILE));
  progress(`generating ${FILES.length} captures of ${size} MB in ${folder}`);
  const files = await Promise.all(FILES.map((name) => generate(name, folder, size * 1e6)));
  const sessions = await sessionsIn(files.find(({ name }) => name === "tunnels")!.path);
  if (sessions !== SESSIONS && size >= 16) {
    throw new Error(`The judgement found ${sessions} of ${SESSIONS} sessions`);
  }
  const rows: Row[] = [];
  for (const file of files) rows.push(...await benchFile(file, competitors, rounds, progress));
  const starts = await startTimes(folder, files[0].path);
  return { files, sessions, missing, rows, targets: targetsOf(rows, starts) };
}

function capturesText({ files, sessions, missing, rows }: CapturesReport, rounds: number): string {
  return [
    ...files.map((file) => fileTable(file, rows) + "\n"),
    `* rate of the first packets, without the start. The judgement found ${sessions} sessions.`,
    ...(missing.length > 0 ? [`Not installed: ${missing.join(", ")}.`] : []),
    `Best of ${rounds} runs, cached files.`,
  ].join("\n");
}

/** Seconds until our commands are done with next to nothing; the best of five. */
async function startTimes(folder: string, capture: string): Promise<Record<string, number>> {
  const tiny = `${folder}/tiny.pcap`;
  await slice(capture, tiny, 1);
  const commands = {
    "plumbline --help": plumbline("--help"),
    "plumbline describe, one packet": plumbline("describe", tiny),
    [CHECK]: plumbline("check", tiny),
    "plumbline check, one packet and a profile": plumbline(
      ...["check", "--profile", `${folder}/profile.json`, tiny],
    ),
  };
  const starts: Record<string, number> = {};
  for (const [name, program] of Object.entries(commands)) {
    starts[name] = Infinity;
    for (let i = 0; i < 5; i++) starts[name] = Math.min(starts[name], (await run(program)).seconds);
  }
  return starts;
}
