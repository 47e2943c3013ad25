/** Runs a program as its user would, and measures it. */
import { memoryOf } from "./process.ts";

/** A program with its arguments. */
export interface Program {
  command: string;
  args: string[];
}

/** What one run of a program took. */
export interface Measured {
  /** Seconds from its start to its end. */
  seconds: number;
  /** Octets of memory at most (VmHWM); undefined when it was over too soon to look. */
  peak: number | undefined;
  code: number;
  stdout: string;
  stderr: string;
}

/** Milliseconds between two looks at a program's memory. */
const LOOK = 4;

/** Programs that are running: an interrupted bench must not leave any behind. */
const running = new Set<Deno.ChildProcess>();

/** Ends every program that is running. */
export function endAll(): void {
  for (const child of running) kill(child);
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Runs a program to its end. What it prints is kept when it is little, as a competitor's output is not. */
export async function run(
  { command, args }: Program,
  options: { keep?: boolean; cwd?: string; limit?: number } = {},
): Promise<Measured> {
  const begun = performance.now();
  const child = new Deno.Command(command, {
    args,
    cwd: options.cwd,
    stdin: "null",
    stdout: options.keep ? "piped" : "null",
    stderr: "piped",
  }).spawn();
  running.add(child);
  let peak: number | undefined;
  const look = () => peak = Math.max(peak ?? 0, memoryOf(child.pid, "VmHWM") ?? 0) || undefined;
  look();
  const timer = setInterval(look, LOOK);
  const limit = setTimeout(() => kill(child), (options.limit ?? 600) * 1000);
  try {
    let ended = 0;
    const status = child.status.then((status) => {
      ended = performance.now();
      return status;
    });
    const text = async (stream: ReadableStream<Uint8Array>) => await new Response(stream).text();
    const [stdout, stderr, { code }] = await Promise.all([
      options.keep ? text(child.stdout) : "",
      text(child.stderr),
      status,
    ]);
    return { seconds: (ended - begun) / 1000, peak, code, stdout, stderr };
  } finally {
    clearInterval(timer);
    clearTimeout(limit);
    running.delete(child);
  }
}

/** The better of two runs of the same: the less disturbed one, with the greater memory. */
export function better<T extends { seconds: number; peak?: number }>(a: T | undefined, b: T): T {
  if (a === undefined) return b;
  const peak = Math.max(a.peak ?? 0, b.peak ?? 0) || undefined;
  return { ...(a.seconds <= b.seconds ? a : b), peak };
}
