/** Puts the parts of a matrix together, and judges every pair anew. */
import { mkdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { oneLine, UnreadableInput } from "../../../suites/engine/load.ts";
import { Limit, locateInside, readJsonInside } from "../../../suites/engine/run_files.ts";
import { VERSION } from "../../../suites/engine/version.ts";
import { dirname, join } from "../../../suites/kit/paths.ts";
import { type Interop, interopSchema, type Pair } from "../../../suites/report/interop/model.ts";
import { interopExit } from "../../../suites/report/interop/words.ts";
import { type Manifest, manifestSchema } from "../../../suites/report/manifest.ts";
import { commandOfWhole, commit, runDirectory } from "../run_metadata.ts";
import { changeOf, exists } from "../run_on_disk.ts";
import { runsIn } from "../shards_on_disk.ts";
import { printJson, UsageError } from "../usage.ts";
import { judgePair } from "./judge_pair.ts";
import { printMatrix, writeMatrix } from "./write.ts";

/** A part of a matrix whose files are what its manifest says. */
interface MatrixShard {
  path: string;
  matrix: Interop & { shard: NonNullable<Interop["shard"]> };
  manifest: Manifest;
}

/** Whether these are parts of a matrix, or folders of such. */
export function holdMatrices(paths: readonly string[]): boolean {
  const holds = (path: string) => exists(join(path, "interop.json"), "file");
  return paths.some((path) => {
    if (holds(path)) return true;
    if (exists(join(path, "plan.json"))) return false;
    try {
      return [...Deno.readDirSync(path)].some(({ name }) => holds(join(path, name)));
    } catch {
      return false;
    }
  });
}

/**
 * Puts the parts of a matrix together; gives the exit code.
 * @throws {UsageError} When one is none, unfinished, changed, there twice, or of another matrix.
 */
export async function mergeMatrices(
  paths: readonly string[],
  { out, json }: { out?: string; json: boolean },
): Promise<number> {
  const shards = await Promise.all(runsIn(paths, "interop.json").map(openMatrix));
  const [first, ...others] = shards;
  for (const other of others) {
    const what = foreign(first.matrix, other.matrix);
    if (what === undefined) continue;
    throw refusal(
      other.path,
      `it is a part of another matrix than ${first.path}: its ${what} differs`,
    );
  }
  for (const [i, { path, matrix: { shard } }] of shards.entries()) {
    const twin = shards.slice(0, i).find(({ matrix }) => matrix.shard.index === shard.index);
    if (twin !== undefined) {
      throw refusal(path, `${twin.path} is shard ${shard.index} of ${shard.of} as well`);
    }
  }
  const directory = await runDirectory(out, new Date());
  const { shard: { of }, ...common } = first.matrix;
  const pairs: Pair[] = [];
  for (const [i, pair] of common.pairs.entries()) {
    const from = shards.find(({ matrix }) => matrix.pairs[i].state === "judged");
    if (pair.state === "unsupported") pairs.push(pair);
    else if (from === undefined) pairs.push(lost(pair));
    else pairs.push(await judgeAnew(from, from.matrix.pairs[i], directory));
  }
  const matrix: Interop = {
    ...common,
    pairs,
    command: commandOfWhole(common.command),
    kernel: [...new Set(shards.map(({ matrix }) => matrix.kernel))].join("; "),
    started: shards.map(({ matrix }) => matrix.started).sort()[0],
    merged: { of, shards: shards.map(({ matrix }) => matrix.shard.index).sort((a, b) => a - b) },
  };
  matrix.exit_code = interopExit(matrix);
  await writeMatrix(directory, matrix);
  if (json) printJson(matrix);
  else printMatrix(directory, matrix);
  return matrix.exit_code;
}

async function openMatrix(path: string): Promise<MatrixShard> {
  const read = (name: string) => {
    try {
      return readJsonInside(path, name, Limit.report);
    } catch (error) {
      throw error instanceof UnreadableInput ? refusal(path, error.message) : error;
    }
  };
  const matrix = interopSchema.safeParse(read("interop.json"));
  if (!matrix.success) {
    throw refusal(path, `interop.json breaks its schema: ${oneLine(matrix.error)}`);
  }
  const { shard } = matrix.data;
  if (shard === undefined) throw refusal(path, "it is no shard: it was not made by --shard");
  if (!exists(join(path, "manifest.json"))) {
    throw refusal(
      path,
      `shard ${shard.index} of ${shard.of} is unfinished: make it again, or leave it out as lost`,
    );
  }
  const manifest = manifestSchema.safeParse(read("manifest.json"));
  if (!manifest.success) {
    throw refusal(path, `manifest.json breaks its schema: ${oneLine(manifest.error)}`);
  }
  const disk = { root: path, manifest: manifest.data };
  const changed = ["interop.json", ...Object.keys(manifest.data.files)]
    .map((file) => changeOf(disk, file)).find((why) => why !== undefined);
  if (changed !== undefined) throw refusal(path, `the evidence was changed: ${changed}`);
  const { plumbline, commit: made } = matrix.data, ours = await commit();
  if (plumbline !== VERSION || made !== ours) {
    throw refusal(
      path,
      `it was made by Plumbline ${`${plumbline} ${made}`.trim()}, and this is ${
        `${VERSION} ${ours}`.trim()
      }`,
    );
  }
  return { path, matrix: { ...matrix.data, shard }, manifest: manifest.data };
}

/** What two parts of one matrix must have in common. */
function foreign(a: MatrixShard["matrix"], b: MatrixShard["matrix"]): string | undefined {
  const shape = ({ pairs }: Interop) =>
    pairs.map(({ suite, roles, devices, state, scenarios }) => ({
      ...{ suite, roles, devices, possible: state !== "unsupported", scenarios },
    }));
  const rows: [string, unknown, unknown][] = [
    ["number of shards", a.shard.of, b.shard.of],
    ["seed", a.seed, b.seed],
    ["world", a.world, b.world],
    ["selection", a.selection, b.selection],
    ["list of devices", a.devices, b.devices],
    ["list of pairs", shape(a), shape(b)],
  ];
  return rows.find(([, ours, theirs]) => !isDeepStrictEqual(ours, theirs))?.[0];
}

function lost({ suite, roles, devices, scenarios, run }: Pair): Pair {
  return {
    ...{ suite, roles, devices, scenarios, run, state: "not_run" },
    reason: "it was in a shard that is lost",
  };
}

/** Copies the run of a pair, and judges it as it lies there. */
async function judgeAnew(
  { path, manifest }: MatrixShard,
  pair: Pair,
  directory: string,
): Promise<Pair> {
  const run = pair.run!;
  for (const file of Object.keys(manifest.files)) {
    if (!file.startsWith(`${run}/`)) continue;
    mkdirSync(join(directory, dirname(file)), { recursive: true });
    Deno.copyFileSync(locateInside(path, file), join(directory, file));
  }
  const judged = await judgePair(directory, pair);
  if (typeof judged === "string") throw refusal(path, judged);
  return judged;
}

function refusal(path: string, why: string): UsageError {
  return new UsageError(`Cannot merge ${path} as ${why}`);
}
