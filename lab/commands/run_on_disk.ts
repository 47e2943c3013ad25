/** A run directory as it lies on disk: what it owes, and what proves that its evidence is whole. */
import type { z } from "zod";
import type { Damage } from "../../suites/engine/integrity/damage.ts";
import { oneLine } from "../../suites/engine/load.ts";
import { Limit, readJsonInside, UnreadableInput } from "../../suites/engine/run_files.ts";
import {
  type Plan,
  type PlannedEvidence,
  planSchema,
  profileHash,
  seedAgain,
} from "../../suites/engine/plan.ts";
import { RUN_LOG, type RunLog, runLogSchema } from "../../suites/engine/run_log.ts";
import type { EvidenceRecord } from "../../suites/kit/evidence.ts";
import { dirname, join, relative } from "../../suites/kit/paths.ts";
import { isPlainReference } from "../../suites/kit/device_origin.ts";
import { type Manifest, manifestSchema, sha256 } from "../../suites/report/manifest.ts";
import { type Report, reportSchema } from "../../suites/report/model.ts";

/** What is known of a directory that is to be judged. */
export interface RunOnDisk {
  /** The run directory; the directory itself where it belongs to no run. */
  root: string;
  plan?: Plan;
  manifest?: Manifest;
  /** What happened to the run as a whole, where the manifest proves it. */
  log?: RunLog;
  /** The only evidence that was asked for, relative to the root. */
  only?: string;
  /**
   * Why nothing proves that the evidence is all there and as it was: a sentence about it. Undefined
   * when plan and manifest do.
   */
  unproven?: string;
}

/** Files and directories that are looked at in search of evidence. */
const MOST_ENTRIES = 100_000;

/** The documents of a run directory, and octets that are read of each at most. */
const DOCUMENTS = {
  "plan.json": Limit.manifest,
  "manifest.json": Limit.manifest,
  "report.json": Limit.report,
  [RUN_LOG]: Limit.manifest,
  "certificate.json": Limit.manifest,
} as const;
type DocumentName = keyof typeof DOCUMENTS;

/** How far above an evidence directory its run directory may lie. */
const DEPTH = 8;

/**
 * Opens the run directory that a directory is, or lies in as one of the scenarios of its plan.
 * A plan or a manifest that lies anywhere else proves nothing.
 */
export async function openRun(path: string): Promise<RunOnDisk> {
  const real = await Deno.realPath(path);
  let root = real;
  for (let depth = 0; depth < DEPTH; depth++, root = dirname(root)) {
    const plan = readDocument(root, "plan.json", planSchema);
    if (plan === undefined) continue;
    const only = relative(root, real);
    if (only !== "" && (typeof plan === "string" || !lists(plan, only))) continue;
    return holdAgainstManifest({ root, ...(only === "" ? {} : { only }) }, plan);
  }
  const unproven = "the evidence is unfinished: it has no plan, so nobody knows what was owed";
  return { root: real, unproven };
}

/** Opens the run that a user names; undefined where no directory is that can be read. */
export async function openNamed(path: string): Promise<RunOnDisk | undefined> {
  try {
    if (!Deno.statSync(path).isDirectory) return undefined;
    return await openRun(path);
  } catch {
    return undefined;
  }
}

function lists({ scenarios }: Plan, path: string): boolean {
  return scenarios.some(({ evidence }) => evidence === path);
}

function holdAgainstManifest(run: RunOnDisk, plan: Plan | string): RunOnDisk {
  if (typeof plan === "string") {
    return { ...run, unproven: `the evidence was changed: plan.json ${plan}` };
  }
  const manifest = readDocument(run.root, "manifest.json", manifestSchema);
  if (manifest === undefined) {
    const unproven = "the evidence is unfinished: the run has no manifest, which is written last";
    return { ...run, plan, unproven };
  }
  if (typeof manifest === "string") {
    return { ...run, plan, unproven: `the evidence was changed: manifest.json ${manifest}` };
  }
  const log = readDocument(run.root, RUN_LOG, runLogSchema);
  const names = ["plan.json", ...(log === undefined ? [] : [RUN_LOG])];
  const change = names.map((name) => changeOf({ ...run, manifest }, name))
    .find((one) => one !== undefined) ??
    (typeof log === "string" ? `${RUN_LOG} ${log}` : undefined);
  if (change !== undefined) {
    return { ...run, plan, manifest, unproven: `the evidence was changed: ${change}` };
  }
  return { ...run, plan, manifest, ...(typeof log === "object" ? { log } : {}) };
}

/**
 * How a file of a run differs from what its manifest says; undefined when it does not.
 * @param path Relative to the run directory.
 */
export function changeOf({ root, manifest }: RunOnDisk, path: string): string | undefined {
  const files = manifest?.files ?? {};
  if (!Object.hasOwn(files, path)) {
    return `the manifest does not list ${path}`;
  }
  try {
    if (sha256(root, path) === files[path]) return undefined;
  } catch {
    return `${path} is missing or no file any more, and the manifest lists it`;
  }
  return `${path} is not what the manifest says it was`;
}

/** How the evidence of a scenario differs from what the plan and the manifest of its run say of it. */
export function damageOf(
  run: RunOnDisk,
  planned: PlannedEvidence,
  record: EvidenceRecord,
): Damage[] {
  const damage: Damage[] = [];
  const note = (what: string | undefined, concerns: Damage["concerns"]) => {
    if (what !== undefined) damage.push({ kind: "changed", what, concerns });
  };
  const place = (file: string) => changeOf(run, `${planned.evidence}/${file}`);
  note(place("scenario.json"), "everything");
  for (const { name, file } of record.taps) note(place(file), { taps: [name] });
  for (const { node, file } of record.traces) note(place(file), { traces: [node] });
  for (const { what } of otherThanPlanned(planned, record, run.plan?.world)) {
    note(what, "everything");
  }
  return damage;
}

/** A way in which the evidence of a scenario is not that of its plan, as a sentence. */
export interface Deviation {
  field: "scenario" | "suite" | "seed" | "world" | "device";
  what: string;
}

/** How what the evidence of a scenario says of itself differs from what the plan of its run owes. */
export function otherThanPlanned(
  planned: PlannedEvidence,
  record: EvidenceRecord,
  world: Plan["world"] | undefined,
): Deviation[] {
  const differs = (field: Deviation["field"], found: unknown, wanted: unknown): Deviation[] =>
    found === wanted
      ? []
      : [{ field, what: `its ${field} is ${found}, and the plan says ${wanted}` }];
  const device = otherDevice(planned, record);
  const isAgain = record.rerun !== undefined && record.seed === seedAgain(planned.seed);
  return [
    ...differs("scenario", record.scenario, planned.scenario),
    ...differs("suite", record.suite, planned.suite),
    ...(isAgain ? [] : differs("seed", record.seed, planned.seed)),
    ...differs("world", record.world, world),
    ...(device === undefined ? [] : [{ field: "device" as const, what: device }]),
  ];
}

/** The first node that another device plays than the plan says. */
function otherDevice({ devices }: PlannedEvidence, { nodes }: EvidenceRecord): string | undefined {
  const missing = Object.keys(devices).find((node) => !Object.hasOwn(nodes, node));
  const other = missing ??
    Object.entries(nodes).find(([node, { profile }]) =>
      Object.hasOwn(devices, node)
        ? profileHash(profile) !== devices[node]
        : !isPlainReference(profile)
    )?.[0];
  return other === undefined ? undefined : `the device at ${other} is not the one of the plan`;
}

/** The report of a run as it stands there; a sentence where it cannot be used. */
export function readReport({ root }: RunOnDisk): Report | string | undefined {
  return readDocument(root, "report.json", reportSchema);
}

/** The evidence directories below a directory, or the directory itself as `""` when it is one. */
export async function findEvidence(root: string): Promise<string[]> {
  if (exists(join(root, "scenario.json"))) return [""];
  const found: string[] = [];
  let entries = 0;
  const walk = async (path: string, depth: number) => {
    if (exists(join(root, path, "scenario.json"))) found.push(path);
    if (depth === 0) return;
    const inner: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
      if (++entries > MOST_ENTRIES) {
        throw new UnreadableInput(
          `Cannot search ${root} as it must hold at most ${MOST_ENTRIES} files: got more`,
        );
      }
      // A link is no directory here: evidence is what lies there.
      if (isDirectory) inner.push(name);
    }
    for (const name of inner.sort()) await walk(`${path}/${name}`, depth - 1);
  };
  if (exists(join(root, "evidence"), "directory")) await walk("evidence", DEPTH - 1);
  return found;
}

/** Reads a JSON document of ours; undefined when there is none, a sentence when it is none of ours. */
export function readDocument<T>(root: string, name: DocumentName, schema: z.ZodType<T>) {
  if (!exists(join(root, name))) return undefined;
  try {
    const result = schema.safeParse(readJsonInside(root, name, DOCUMENTS[name]));
    return result.success ? result.data : `breaks its schema: ${oneLine(result.error)}`;
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    return `cannot be used: ${error.message}`;
  }
}

/**
 * Whether something lies at a path; links are not followed.
 * @param as What it has to be; anything does unless told.
 */
export function exists(path: string, as?: "directory" | "file"): boolean {
  try {
    const { isDirectory, isFile } = Deno.lstatSync(path);
    return as === undefined || (as === "file" ? isFile : isDirectory);
  } catch {
    return false;
  }
}
