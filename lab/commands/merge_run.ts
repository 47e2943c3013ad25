/** Puts the shards of a run together, and judges the whole anew. */
import { dirname, join } from "../../suites/kit/paths.ts";
import { mkdirSync } from "node:fs";
import { scopesPlayed } from "../../suites/engine/owed.ts";
import type { Plan } from "../../suites/engine/plan.ts";
import { locateInside, writeTextInside } from "../../suites/engine/run_files.ts";
import { sha256 } from "../../suites/report/manifest.ts";
import { finish } from "./finish.ts";
import { holdMatrices, mergeMatrices } from "./interop/merge.ts";
import { mergeMutants } from "./mutants_shard.ts";
import { owedBy, runOf } from "./owed.ts";
import { logNotes, ownValue, writeRunLog } from "./run_log.ts";
import { commandOfWhole, runDirectory } from "./run_metadata.ts";
import { exists } from "./run_on_disk.ts";
import { type PlannedScenario, scenariosOfPlan } from "./run_plan.ts";
import { type Judged, judgeDirectory, notRun } from "./run_scenarios.ts";
import { scenariosOfWhole } from "./scenarios_owed.ts";
import { openShards, type ShardOnDisk } from "./shards_on_disk.ts";

/** Options of `merge` as the command line gives them. */
export interface MergeOptions {
  out?: string;
  json?: boolean;
}

/** Runs `merge`; gives the exit code. */
export async function merge(
  paths: readonly string[],
  { out, json = false }: MergeOptions,
): Promise<number> {
  const started = new Date();
  if (paths.every((path) => exists(path, "file"))) return await mergeMutants(paths, json);
  if (holdMatrices(paths)) return await mergeMatrices(paths, { out, json });
  const shards = await openShards(paths);
  const [{ plan: first }] = shards;
  const { owed, devices, scope } = await owedBy(first);
  const planned = scenariosOfWhole([...owed.keys()], devices, first);
  const directory = await runDirectory(out, started);
  const plan = wholePlan(shards, planned);
  writeTextInside(directory, "plan.json", JSON.stringify(plan, null, 1) + "\n");
  for (const shard of shards) copyEvidence(shard, directory);
  const judged: Judged[] = [];
  for (const one of planned) judged.push(await judge(one, plan, directory, shards));
  const notes = [
    sentenceOf(plan),
    ...shards.flatMap(({ disk, plan }) =>
      (disk.log?.notes ?? []).map((note) =>
        `shard ${plan.shard.index} of ${plan.shard.of}: ${note}`
      )
    ),
  ];
  const log = writeRunLog(directory, judged, notes);
  const id = directory.split("/").at(-1)!;
  const run = runOf(plan, { id, milliseconds: Date.now() - started.getTime(), scope });
  return await finish({ judged, owed, devices, run, notes: logNotes(log) }, { directory, json });
}

/** The plan of the whole: what all shards have in common, and what each says of itself. */
function wholePlan(
  shards: readonly ShardOnDisk[],
  planned: readonly PlannedScenario[],
): Plan {
  const { shard: { of }, command: _, ...common } = shards[0].plan;
  const kernels = [...new Set(shards.map(({ plan }) => plan.kernel))];
  return {
    ...common,
    kernel: kernels.join("; "),
    started: shards.map(({ plan }) => plan.started).sort()[0],
    command: commandOfWhole(shards[0].plan.command),
    scenarios: scenariosOfPlan(planned, common.seed),
    merged: {
      of,
      shards: shards.map(({ disk, plan }) => ({
        index: plan.shard.index,
        kernel: plan.kernel,
        started: plan.started,
        manifest: sha256(disk.root, "manifest.json"),
      })),
    },
  };
}

function sentenceOf({ merged }: Plan): string {
  const { of, shards } = merged!;
  const there = shards.map(({ index }) => index);
  const lost = Array.from({ length: of }, (_, i) => i + 1).filter((index) =>
    !there.includes(index)
  );
  return `put together from ${there.length} of ${of} shards` +
    (lost.length === 0 ? "" : `; lost: ${lost.join(", ")}`);
}

/** Copies the evidence that a shard owed, as its manifest lists it; what was changed was refused before. */
function copyEvidence({ disk, plan }: ShardOnDisk, directory: string): void {
  const owed = plan.scenarios.map(({ evidence }) => `${evidence}/`);
  for (const path of Object.keys(disk.manifest!.files)) {
    if (!owed.some((evidence) => path.startsWith(evidence))) continue;
    const from = locateInside(disk.root, path);
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    Deno.copyFileSync(from, join(directory, path));
  }
}

async function judge(
  planned: PlannedScenario,
  plan: Plan,
  directory: string,
  shards: readonly ShardOnDisk[],
): Promise<Judged> {
  const { suite, scenario, profiles, evidence } = planned;
  const prefix = plan.selection?.prefix;
  if (exists(join(directory, evidence, "scenario.json"), "file")) {
    const scopes = scopesPlayed(suite, scenario.id, profiles);
    return await judgeDirectory(suite, directory, evidence, { prefix, scopes });
  }
  const known = shards.map(({ disk }) => ownValue(disk.log?.not_run ?? {}, evidence))
    .find((reason) => reason !== undefined);
  return notRun([planned], known ?? "it was in a shard that is lost", prefix)[0];
}
