/** `--resume`: goes on with a run that was interrupted, wherever it was. */
import { isDeepStrictEqual } from "node:util";
import { checksumOfFile } from "../../suites/engine/integrity/digest.ts";
import { loadEvidence, UnreadableInput } from "../../suites/engine/load.ts";
import { scopesPlayed } from "../../suites/engine/owed.ts";
import { type Plan, type PlannedEvidence, profileHash } from "../../suites/engine/plan.ts";
import { isInside, locateInside } from "../../suites/engine/run_files.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { Evidence } from "../../suites/kit/evidence.ts";
import { join } from "../../suites/kit/paths.ts";
import { isVirtual } from "../../suites/kit/world.ts";
import type { CertifyOptions } from "./certify_options.ts";
import { loadProfile } from "./devices.ts";
import { commit } from "./run_metadata.ts";
import { exists, openNamed, otherThanPlanned } from "./run_on_disk.ts";
import { type PlannedScenario, scenariosOfPlan } from "./run_plan.ts";
import { asksAgain, type Judged, judgeDirectory } from "./run_scenarios.ts";
import { readShard } from "./shard.ts";
import { UsageError } from "./usage.ts";

/** An interrupted run. */
export interface Interrupted {
  /** Its directory. */
  root: string;
  plan: Plan;
}

/**
 * Opens an interrupted run, and holds the command line against its plan.
 * @throws {UsageError} When there is none, when it has ended, or when it is another run than the one
 * that is asked for: of another profile, suite, seed, version.
 */
export async function openInterrupted(
  directory: string,
  options: CertifyOptions,
): Promise<Interrupted> {
  const refuse = (why: string) => new UsageError(`Cannot resume ${directory} as ${why}`);
  const disk = await openNamed(directory);
  if (disk === undefined) throw refuse("there is no such directory");
  const { root, plan, only, unproven } = disk;
  if (plan === undefined || only !== undefined) {
    const why = unproven ?? "it is the evidence of one scenario";
    throw refuse(plan === undefined ? `no run was begun in it: ${why}` : why);
  }
  if (exists(join(root, "manifest.json"))) {
    const further = options.sign === undefined
      ? "certify --last-failed runs again what failed or was not run"
      : `sign ${directory} --key ${options.sign} signs it`;
    throw refuse(unproven ?? `it has ended: ${further}`);
  }
  if (plan.merged !== undefined) throw refuse("it was merged: merge its shards again");
  const made = `${plan.plumbline} ${plan.commit}`.trim(), ours = `${VERSION} ${await commit()}`;
  if (made !== ours.trim()) throw refuse(`it was begun by Plumbline ${made}, and this is ${ours}`);
  for (const [option, said, wanted] of await differences(options, plan)) {
    throw refuse(`${option} is ${said} here, and its plan says ${wanted}`);
  }
  return { root, plan };
}

/** Options of the command line that say something else than a plan: each with both. */
async function differences(options: CertifyOptions, plan: Plan): Promise<string[][]> {
  const { given = [] } = options, { selection = {}, shard } = plan;
  const devices = await Promise.all((options.device ?? []).map(loadProfile));
  const theirs = plan.devices.map(({ profile }) => profile);
  const hashes = (all: typeof devices) => all.map(profileHash).sort();
  const said = (value: unknown) =>
    value === undefined
      ? "nothing"
      : Array.isArray(value)
      ? value.join(",") || "none"
      : String(value);
  const rows: [string, keyof CertifyOptions, unknown, unknown, boolean?][] = [
    [
      "--device",
      "device",
      devices.map(nameOf),
      theirs.map(nameOf),
      isDeepStrictEqual(
        hashes(devices),
        hashes(theirs),
      ),
    ],
    ["--suite", "suite", options.suite, plan.suites],
    ["--check", "check", options.check, selection.prefix],
    ["--class", "class", options.class, selection.classes],
    ["--world", "world", options.world, plan.world],
    ["--seed", "seed", options.seed, plan.seed],
    ["--repeat", "repeat", options.repeat, plan.repeat ?? 1],
    ["--shard", "shard", shardText(options.shard), shard && `${shard.index}/${shard.of}`],
  ];
  return rows.filter(([, key, ours, planned, same = isDeepStrictEqual(ours, planned)]) =>
    given.includes(key) && !same
  ).map(([option, , ours, planned]) => [option, said(ours), said(planned)]);
}

function nameOf({ name, version }: { name: string; version: string }): string {
  return version === "" ? name : `${name} ${version}`;
}

function shardText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { index, of } = readShard(text, (name) => Deno.env.get(name));
  return `${index}/${of}`;
}

/** What of an interrupted run need not be played again. */
export interface Kept {
  /** Judgements by evidence directory. */
  judged: Map<string, Judged>;
  /** What a reader must know of it, a sentence without a full stop. */
  note: string;
}

/**
 * Keeps the scenarios of an interrupted run whose evidence is whole, and removes the rest, to be
 * played again: what was begun and did not end, what could not be carried out, what was damaged.
 * @throws {UsageError} When its plan is not what is owed.
 */
export async function keepWhole(
  { root, plan }: Interrupted,
  planned: readonly PlannedScenario[],
): Promise<Kept> {
  if (!isDeepStrictEqual(scenariosOfPlan(planned, plan.seed), plan.scenarios)) {
    throw new UsageError(
      `Cannot resume ${root} as plan.json was changed: it lists other scenarios than it owes`,
    );
  }
  const judged = new Map<string, Judged>();
  for (const [i, { suite, scenario, profiles, evidence }] of planned.entries()) {
    if (await isWhole(root, plan, plan.scenarios[i])) {
      const result = await judgeDirectory(suite, root, evidence, {
        prefix: plan.selection?.prefix,
        scopes: scopesPlayed(suite, scenario.id, profiles),
      });
      // One that a late lab left open was to run again in the end.
      if (isVirtual(plan.world) || !asksAgain(result)) judged.set(evidence, result);
    }
    if (!judged.has(evidence)) removeInside(root, evidence);
  }
  removeParts(root);
  const note = `the run was interrupted and gone on with: ${judged.size} of ${planned.length} ` +
    "scenarios were kept";
  return { judged, note };
}

/** Whether the evidence of a scenario is all there, and is what its record says. */
async function isWhole(root: string, plan: Plan, planned: PlannedEvidence): Promise<boolean> {
  const directory = join(root, planned.evidence);
  try {
    const evidence = await loadEvidence(directory);
    return evidence.problem === undefined && evidence.seal !== undefined && !evidence.altered &&
      otherThanPlanned(planned, evidence, plan.world).length === 0 &&
      filesOf(evidence).every(([file, crc32]) =>
        crc32 !== undefined && checksumOfFile(locateInside(directory, file)) === crc32
      );
  } catch (error) {
    if (error instanceof UnreadableInput) return false;
    throw error;
  }
}

/** The files of evidence, with the checksums that they had when the scenario ended. */
function filesOf({ taps, traces, captureCounters }: Evidence): [string, string | undefined][] {
  return [
    ...taps.map(({ name, file }): [string, string | undefined] => [
      file,
      Object.hasOwn(captureCounters, name) ? captureCounters[name].crc32 : undefined,
    ]),
    // A device that was to write a trace may have left none.
    ...traces.filter(({ crc32 }) => crc32 !== undefined)
      .map(({ file, crc32 }): [string, string | undefined] => [file, crc32]),
  ];
}

/** Removes a directory of a run, with all that lies in it; a link in its place, and not what it leads to. */
export function removeInside(root: string, path: string): void {
  if (!isInside(path)) return;
  const parts = path.split("/");
  for (let i = 1; i < parts.length; i++) {
    // Nothing is removed behind a link.
    if (!exists(join(root, parts.slice(0, i).join("/")), "directory")) return;
  }
  if (exists(join(root, path))) Deno.removeSync(join(root, path), { recursive: true });
}

/** Removes files that were being written when the run was killed. */
export function removeParts(root: string): void {
  for (const { name, isFile } of Deno.readDirSync(root)) {
    if (isFile && /^\.[0-9a-f-]{36}\.part$/.test(name)) Deno.removeSync(join(root, name));
  }
}
