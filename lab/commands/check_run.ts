/** Judges evidence without a lab. */
import { isRepeatable, NotACapture, readCapture } from "../../captures/file/read.ts";
import { join } from "../../suites/kit/paths.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Report } from "../../suites/report/model.ts";
import { answerAbout, type AnswerFound, answerSeen } from "./answer_run.ts";
import { finish } from "./finish.ts";
import type { JudgedRun } from "./judge_run.ts";
import { chooseSuites } from "./suites.ts";
import { commit, kernel, reproduce, runDirectory } from "./run_metadata.ts";
import { UsageError } from "./usage.ts";

/** Options of `check` as the command line gives them. */
export interface CheckOptions {
  profile?: string;
  suite?: string[];
  check?: string;
  out?: string;
  annotate?: string;
  secondOpinion?: boolean;
  json?: boolean;
}

/** Runs `check`; gives the exit code. */
export async function check(inputs: readonly string[], options: CheckOptions): Promise<number> {
  const started = new Date();
  if (options.suite !== undefined) await chooseSuites(options.suite);
  // What few need is loaded when they do: whoever has a capture should not wait for it.
  const device = options.profile === undefined ? undefined : await profileOf(options.profile);
  if (options.check !== undefined) {
    const { verifySelection } = await import("./run_plan.ts");
    verifySelection(await chooseSuites(options.suite), { prefix: options.check });
  }
  if (options.secondOpinion) await verifyScapy();
  const folders = await Promise.all(inputs.map(isDirectory));
  // Asked for now, it is there when the judgement is; only a report tells it.
  const isTold = options.json === true || options.out !== undefined;
  const checkout = isTold ? commit() : "";
  const asDirectory = folders.length === 1 && folders[0];
  if (!asDirectory && folders.includes(true)) {
    throw new UsageError("Cannot judge this as it must be captures, or one directory: got both");
  }
  const found = asDirectory
    ? await judgeDirectory(inputs[0], device, options)
    : await judgeCaptures(inputs, device, options);
  const directory = options.out === undefined
    ? undefined
    : await runDirectory(options.out, started);
  const { seed, world, selection, scope, repeat, shard, ...finished } = found;
  const run: Report["run"] = {
    ...{ id: directory?.split("/").at(-1) ?? "check", started: started.toISOString() },
    ...{ seed, world, kernel: kernel(), commit: await checkout, command: reproduce(Deno.args) },
    ...{ selection, ...(scope === undefined ? {} : { scope }) },
    ...(repeat === undefined ? {} : { repeat }),
    ...(shard === undefined ? {} : { shard }),
    duration_ms: Date.now() - started.getTime(),
  };
  const { annotate, json = false } = options;
  const pathOf = (file: string) => asDirectory ? join(inputs[0], file) : file;
  return await finish({ ...finished, run }, {
    ...{ directory, annotate, json },
    ...(options.secondOpinion ? { secondOpinion: pathOf } : {}),
  });
}

/** Finds out whether scapy can be asked, before anybody waits for a judgement. @throws {UsageError} */
async function verifyScapy(): Promise<void> {
  const { Scapy, ScapyAbsent } = await import("../scapy/scapy.ts");
  try {
    await (await Scapy.start()).close();
  } catch (error) {
    throw error instanceof ScapyAbsent ? new UsageError(error.message) : error;
  }
}

async function profileOf(name: string): Promise<Profile> {
  const { loadProfile, verifyProfile } = await import("./devices.ts");
  const device = await loadProfile(name);
  await verifyProfile(device);
  return device;
}

async function judgeDirectory(
  path: string,
  profile: Profile | undefined,
  { suite: suites, check: prefix }: CheckOptions,
): Promise<JudgedRun> {
  const { judgeRun } = await import("./judge_run.ts");
  return await judgeRun(path, { profile, suites, prefix });
}

async function isDirectory(path: string): Promise<boolean> {
  if (path === "-") return false;
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is none" : "it cannot be opened";
    throw new UsageError(`Cannot judge ${path} as ${why}`);
  }
}

async function judgeCaptures(
  captures: readonly string[],
  device: Profile | undefined,
  options: CheckOptions,
): Promise<Omit<JudgedRun, "disk"> & Pick<AnswerFound, "conversations" | "captures">> {
  // A pipe can be read but once: what is wrong with it shows in the verdicts.
  await probeAll(captures.filter((path) => isRepeatable(path)));
  const { suite: words, check: prefix } = options;
  const found = device === undefined && words === undefined && captures.every(isRepeatable)
    ? await answerSeen(captures, prefix)
    : await answerAbout(captures, device, await chooseSuites(words), prefix);
  if (device === undefined && captures.length === 2 && captures.every(isRepeatable)) {
    const { pairHint } = await import("./looks_like_pair.ts");
    const hint = await pairHint(captures);
    if (hint !== undefined) found.conversations.notes.push(hint);
  }
  return {
    ...{ ...found, devices: device === undefined ? [] : [device], seed: 0, world: "captures" },
    ...{ selection: options.check !== undefined, scope: undefined },
  };
}

/**
 * Refuses what is no capture before anything is judged. One that holds no frame shows an idle link,
 * unless none of them holds any.
 * @throws {UsageError}
 */
async function probeAll(paths: readonly string[]): Promise<void> {
  const idle: string[] = [];
  for (const path of paths) if (!await holdsFrame(path)) idle.push(path);
  if (idle.length > 0 && idle.length === paths.length) {
    throw new UsageError(`Cannot judge ${idle.join(", ")}: it holds no frame`);
  }
}

/** Whether a capture holds a frame. @throws {UsageError} When it is none that can be read. */
async function holdsFrame(path: string): Promise<boolean> {
  const enough = new Error("one frame is enough");
  let problem: string | undefined;
  try {
    problem = (await readCapture(path, () => {
      throw enough;
    })).problem?.message;
    if (problem === undefined) return false;
  } catch (error) {
    if (error === enough) return true;
    if (error instanceof NotACapture) throw error;
    problem = error instanceof Error ? error.message : String(error);
  }
  throw new UsageError(`Cannot judge ${path}: ${problem.split("\n")[0]}`);
}
