/** Measures reading and judging captures, side by side with whatever competitors are installed. */
import { type BenchFile, slice } from "./files.ts";
import { better, type Measured, type Program, run } from "./measure.ts";
import type { Competitor } from "./competitors.ts";
import type { StageReport } from "./stage_process.ts";
import { type StageName, STAGES, stagesOf } from "./stages.ts";

/** One program on one capture. */
export interface Row {
  file: string;
  stage: StageName | "read";
  program: string;
  ours: boolean;
  /** Whether the start of the process counts; a slice is always without. */
  whole: boolean;
  /** Packets that it was given. */
  packets: number;
  /** Seconds of the best run. */
  seconds: number;
  packetsPerSecond: number;
  octetsPerSecond: number;
  /** Octets of memory at most; absent when it was over too soon to look. */
  peak?: number;
  /** What it found, where it says. */
  details?: Record<string, number>;
}

/** Our command for a stage, where there is one. */
const COMMANDS: Partial<Record<StageName, { name: string; args(capture: string): string[] }>> = {
  "record walk": {
    name: "plumbline describe --count",
    args: (capture) => ["describe", "--count", capture],
  },
  "judgement": {
    name: "plumbline check --suite core_identity",
    args: (capture) => checking(capture, "--suite", "core_identity"),
  },
  "judgement of L2TP": {
    name: "plumbline check --suite l2tp",
    args: (capture) => checking(capture, "--suite", "l2tp"),
  },
  "judgement by all suites": { name: "plumbline check", args: (capture) => checking(capture) },
};

const checking = (
  capture: string,
  ...more: string[]
) => ["check", "--profile", `${folderOf(capture)}/profile.json`, ...more, capture];

const MAIN = new URL("../main.ts", import.meta.url).href;
const STAGE_PROCESS = new URL("./stage_process.ts", import.meta.url).href;

/** Exit codes of `check` that mean it has judged. */
const JUDGED = [0, 1, 3];

/** Seconds beyond which a program is run no more, once its two best runs agree. */
const LONG = 4;
/** By how much two runs may differ that agree, and runs of each at most, whatever they came to. */
const AGREE = 1.15, MOST_RUNS = 2;

/** How a user's command starts Deno: as the task does, which bounds how garbage piles up. */
const RUN: readonly string[] = JSON.parse(
  Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
).tasks.plumbline.split(" ").slice(1, -1);

/** Our own command as a user runs it. */
export function plumbline(...args: string[]): Program {
  return { command: Deno.execPath(), args: [...RUN, MAIN, ...args] };
}

/** Something to measure: it is run in turn with the others, and the best run counts. */
interface Subject {
  row: Omit<Row, "seconds" | "packetsPerSecond" | "octetsPerSecond">;
  octets: number;
  /** Runs it once; gives seconds and memory. */
  once(): Promise<{ seconds: number; peak?: number; details?: Record<string, number> }>;
}

/** Measures all programs on a capture, in turn, so many times each. */
export async function benchFile(
  file: BenchFile,
  competitors: readonly Competitor[],
  rounds: number,
  progress: (line: string) => void,
): Promise<Row[]> {
  const subjects: Subject[] = [];
  for (const competitor of competitors) {
    const isFor = competitor.files?.includes(file.name) ?? true;
    if (isFor) subjects.push(await competitorSubject(file, competitor));
  }
  for (const stage of stagesOf(file.name)) {
    subjects.push(...ourSubjects(file, stage));
  }
  // Whoever came first would pay for bringing the file into memory.
  await STAGES["record walk"](file.path);
  const best = new Map<Subject, Awaited<ReturnType<Subject["once"]>>>();
  const times = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  const runOnce = async (subject: Subject, what: string) => {
    progress(`${file.name}, ${what}: ${subject.row.program}`);
    const measured = await subject.once();
    times.get(subject)!.push(measured.seconds);
    best.set(subject, better(best.get(subject), measured));
  };
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      const known = times.get(subject)!;
      // A long run need not be repeated, but one that took unusually long must.
      if (known.length > 1 && Math.min(...known) > LONG && agree(known)) continue;
      await runOnce(subject, `round ${round} of ${rounds}`);
    }
  }
  for (const subject of rounds > 1 ? subjects : []) {
    for (let more = 0; more < MOST_RUNS && !agree(times.get(subject)!); more++) {
      await runOnce(subject, "again, as its runs differ");
    }
  }
  return subjects.map((subject) => {
    const { row, octets } = subject, measured = best.get(subject)!;
    const { seconds } = measured;
    return {
      ...row,
      ...measured,
      packetsPerSecond: row.packets / seconds,
      octetsPerSecond: octets / seconds,
    };
  });
}

/** Whether the two best runs are about the same. @param times Seconds of each run. */
export function agree(times: readonly number[]): boolean {
  const [first, second] = [...times].sort((a, b) => a - b);
  return second !== undefined && second <= first * AGREE;
}

/** A competitor on the whole capture, or on a slice of it with its start taken out. */
async function competitorSubject(file: BenchFile, competitor: Competitor): Promise<Subject> {
  const folder = folderOf(file.path);
  const row = { file: file.name, stage: competitor.stage, program: competitor.name, ours: false };
  if (competitor.slice === undefined || competitor.slice >= file.packets) {
    const program = competitor.program(file.path, folder);
    const once = () => measure(program, [0]);
    return { row: { ...row, whole: true, packets: file.packets }, octets: file.octets, once };
  }
  const path = `${folder}/${file.name}-${competitor.slice}.pcap`,
    tiny = `${folder}/${file.name}-1.pcap`;
  const packets = await slice(file.path, path, competitor.slice) - await slice(file.path, tiny, 1);
  const octets = (await Deno.stat(path)).size - (await Deno.stat(tiny)).size;
  let start = Infinity;
  const once = async () => {
    start = Math.min(start, (await measure(competitor.program(tiny, folder), [0])).seconds);
    const { seconds, peak } = await measure(competitor.program(path, folder), [0]);
    return { seconds: Math.max(seconds - start, 1e-6), peak };
  };
  return { row: { ...row, whole: false, packets }, octets, once };
}

/** A stage of ours as a whole process, and within it. */
function ourSubjects(file: BenchFile, stage: StageName): Subject[] {
  const { packets, octets } = file;
  const row = { file: file.name, stage, ours: true, packets };
  const inner: Program = {
    command: Deno.execPath(),
    args: [...RUN, STAGE_PROCESS, stage, file.path, "1"],
  };
  const within = async () => {
    const { seconds, stdout } = await measure(inner, [0], true);
    const report: StageReport = JSON.parse(stdout);
    if (report.packets !== packets) {
      throw new Error(`${stage} of ${file.name} found ${report.packets} of ${packets} packets`);
    }
    return { ...report, outside: seconds };
  };
  const command = COMMANDS[stage];
  const program = command === undefined ? inner : plumbline(...command.args(file.path));
  const name = command?.name ?? `plumbline: ${stage}`;
  return [
    {
      row: { ...row, program: name, whole: true },
      octets,
      once: async () => {
        const { seconds, peak } = await measure(program, command === undefined ? [0] : JUDGED);
        return { seconds, peak };
      },
    },
    {
      row: { ...row, program: "  without its start", whole: false },
      octets,
      once: async () => {
        const { seconds, peak, details } = await within();
        return { seconds, peak, details };
      },
    },
  ];
}

async function measure(program: Program, good: readonly number[], keep = false): Promise<Measured> {
  const measured = await run(program, { keep });
  if (good.includes(measured.code)) return measured;
  const why = measured.stderr.trim().split("\n").at(-1) ?? "";
  throw new Error(`${program.command} ended with code ${measured.code}: ${why}`);
}

/** The folder that a capture lies in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
