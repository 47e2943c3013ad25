/** Judges evidence without a lab. */
import { NotACapture, readCapture } from "../../captures/file/read.ts";
import { scopeOf } from "../../suites/engine/judge.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { projectSuite } from "../../suites/registry.ts";
import { resolve } from "../../suites/kit/paths.ts";
import { isPlainReference, type Profile } from "../../suites/kit/profile.ts";
import type { Report } from "../../suites/report/model.ts";
import type { Scope } from "../../suites/engine/scope.ts";
import { answerAbout } from "./answer_run.ts";
import { loadProfile, verifyProfile } from "./devices.ts";
import { findEvidence, tampered } from "./evidence_tree.ts";
import { finish } from "./finish.ts";
import { type Judged, judgeDirectory } from "./run_scenarios.ts";
import { chooseSuites } from "./suites.ts";
import { commit, kernel, reproduce, runDirectory } from "./run_metadata.ts";
import { UsageError } from "./usage.ts";

/** Options of `check` as the command line gives them. */
export interface CheckOptions {
  profile?: string;
  suite?: string[];
  check?: string;
  out?: string;
  json?: boolean;
}

/** Runs `check`; gives the exit code. */
export async function check(inputs: readonly string[], options: CheckOptions): Promise<number> {
  const started = new Date();
  const device = options.profile === undefined ? undefined : await loadProfile(options.profile);
  if (device !== undefined) await verifyProfile(device, await chooseSuites(options.suite));
  const folders = await Promise.all(inputs.map(isDirectory));
  // Asked for now, it is there when the judgement is.
  const checkout = commit();
  const asDirectory = folders.length === 1 && folders[0];
  if (!asDirectory && folders.includes(true)) {
    throw new UsageError("Cannot judge this as it must be captures, or one directory: got both");
  }
  const found = asDirectory
    ? await judgeRun(inputs[0], device, options)
    : await judgeCaptures(inputs, device, options);
  const directory = options.out === undefined
    ? undefined
    : await runDirectory(options.out, started);
  return await finish({
    ...found,
    run: {
      id: directory?.split("/").at(-1) ?? "check",
      started: started.toISOString(),
      seed: found.seed,
      world: found.world,
      kernel: kernel(),
      commit: await checkout,
      command: reproduce(Deno.args),
      selection: (options.suite ?? options.check) !== undefined,
      duration_ms: Date.now() - started.getTime(),
    },
    directory,
    json: options.json ?? false,
  });
}

/** What was judged, and on whose behalf. */
interface Found {
  judged: Judged[];
  scopes: Map<string, Scope>;
  devices: Profile[];
  seed: number;
  world: Report["run"]["world"];
  conversations?: Report["conversations"];
  captures?: Report["captures"];
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

async function judgeRun(
  root: string,
  device: Profile | undefined,
  options: CheckOptions,
): Promise<Found> {
  const directories = await findEvidence(root);
  if (directories.length === 0) {
    throw new UsageError(`Cannot judge ${root} as no scenario.json lies in it or under evidence/`);
  }
  const found: Found = { judged: [], scopes: new Map(), devices: [], seed: 0, world: "captures" };
  const problem = await tampered(root);
  for (const evidence of directories) {
    const record = await loadEvidence(evidence === "" ? root : `${root}/${evidence}`);
    const suite = await projectSuite(record.suite);
    if (suite === undefined || options.suite?.includes(suite.name) === false) continue;
    const declared = scopeOf(suite, record);
    const scope = device === undefined ? declared : {
      roles: declared.roles.filter((role) => device.roles.includes(role)),
      classes: device.classes,
    };
    const judged = await judgeDirectory(suite, root, evidence, {
      scope,
      prefix: options.check,
      problem,
    });
    // A report that goes elsewhere must still find the captures.
    const captures = judged.captures.map((capture) => ({
      ...capture,
      file: resolve(root, capture.file),
    }));
    found.judged.push({ ...judged, captures });
    found.scopes.set(suite.name, union(found.scopes.get(suite.name), scope));
    found.seed = record.seed;
    found.world = record.world;
    for (const { profile } of Object.values(record.nodes)) {
      if (!isPlainReference(profile) && !found.devices.some(({ name }) => name === profile.name)) {
        found.devices.push(profile);
      }
    }
  }
  if (found.judged.length === 0) {
    throw new UsageError(`Cannot judge ${root} as its evidence belongs to none of the suites`);
  }
  if (device !== undefined) found.devices = [device];
  return found;
}

function union(a: Scope | undefined, b: Scope): Scope {
  return {
    roles: [...new Set([...a?.roles ?? [], ...b.roles])],
    classes: [...new Set([...a?.classes ?? [], ...b.classes])],
  };
}

async function judgeCaptures(
  captures: readonly string[],
  device: Profile | undefined,
  options: CheckOptions,
): Promise<Found> {
  // Standard input can be read but once: what is wrong with it shows in the verdicts.
  await probeAll(captures.filter((path) => path !== "-"));
  const suites = await chooseSuites(options.suite);
  const found = await answerAbout(captures, device, suites, options.check);
  return { ...found, devices: device === undefined ? [] : [device], seed: 0, world: "captures" };
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
