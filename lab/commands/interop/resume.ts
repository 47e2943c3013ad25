/** `interop --resume`: goes on with a matrix that was interrupted, wherever it was. */
import { isDeepStrictEqual } from "node:util";
import { oneLine, UnreadableInput } from "../../../suites/engine/load.ts";
import { profileHash } from "../../../suites/engine/plan.ts";
import { Limit, readJsonInside } from "../../../suites/engine/run_files.ts";
import { VERSION } from "../../../suites/engine/version.ts";
import { join } from "../../../suites/kit/paths.ts";
import { type Interop, interopSchema, type Pair } from "../../../suites/report/interop/model.ts";
import { manifestSchema } from "../../../suites/report/manifest.ts";
import { removeInside, removeParts } from "../resume_run.ts";
import { commit } from "../run_metadata.ts";
import { changeOf, exists } from "../run_on_disk.ts";
import { UsageError } from "../usage.ts";
import type { MatrixCampaign } from "./campaign.ts";
import { judgePair } from "./judge_pair.ts";
import { placeOf } from "./pairs.ts";

/** An interrupted matrix. */
export interface InterruptedMatrix {
  /** Its directory. */
  root: string;
  matrix: Interop;
}

/**
 * Opens an interrupted matrix.
 * @throws {UsageError} When there is none, when it has ended, or when another version began it.
 */
export async function openInterruptedMatrix(directory: string): Promise<InterruptedMatrix> {
  const refuse = (why: string) => new UsageError(`Cannot resume ${directory} as ${why}`);
  const root = await Deno.realPath(directory).catch(() => {
    throw refuse("there is no such directory");
  });
  if (!exists(join(root, "interop.json"))) {
    throw refuse("no matrix was begun in it: it has no interop.json");
  }
  if (exists(join(root, "manifest.json"))) throw refuse("it has ended");
  const matrix = interopSchema.safeParse(read(root, "interop.json", refuse));
  if (!matrix.success) throw refuse(`interop.json breaks its schema: ${oneLine(matrix.error)}`);
  const { plumbline, commit: made } = matrix.data;
  const [theirs, ours] = [`${plumbline} ${made}`.trim(), `${VERSION} ${await commit()}`.trim()];
  if (theirs !== ours) throw refuse(`it was begun by Plumbline ${theirs}, and this is ${ours}`);
  for (const { name, sha256, profile } of matrix.data.devices) {
    if (sha256 !== (profile && profileHash(profile))) {
      throw refuse(
        `interop.json was changed: the profile of ${name} is another than its hash says`,
      );
    }
  }
  return { root, matrix: matrix.data };
}

function read(root: string, name: string, refuse: (why: string) => UsageError): unknown {
  try {
    return readJsonInside(root, name, Limit.report);
  } catch (error) {
    throw error instanceof UnreadableInput ? refuse(error.message) : error;
  }
}

/**
 * Judges the pairs of an interrupted matrix whose runs are whole, and removes what there is of others.
 * @param empty The matrix as the campaign owes it.
 * @returns What is known of its pairs: those that are to meet yet are not run.
 * @throws {UsageError} When its pairs are not those that are owed.
 */
export async function keepPairs(
  { root, matrix }: InterruptedMatrix,
  { meetings, own }: MatrixCampaign,
  empty: Interop,
): Promise<Pair[]> {
  const shape = ({ pairs }: Interop) =>
    pairs.map(({ suite, roles, devices, state, scenarios, run }) => ({
      ...{ suite, roles, devices, possible: state !== "unsupported", scenarios, run },
    }));
  if (!isDeepStrictEqual(shape(matrix), shape(empty))) {
    throw new UsageError(
      `Cannot resume ${root} as interop.json was changed: it lists other pairs than it owes`,
    );
  }
  const pairs = [...empty.pairs];
  for (const [i, meeting] of meetings.entries()) {
    if (!own.includes(meeting)) continue;
    const kept = await judgedAgain(root, pairs[i]);
    if (kept === undefined) removeInside(root, placeOf(meeting));
    else pairs[i] = kept;
  }
  removeParts(root);
  return pairs;
}

/** What a pair came to whose run has ended, and is as it was left; undefined where it is to be played. */
async function judgedAgain(root: string, pair: Pair): Promise<Pair | undefined> {
  const place = join(root, pair.run!);
  try {
    if (!exists(join(place, "manifest.json"))) return undefined;
    const manifest = manifestSchema.safeParse(readJsonInside(place, "manifest.json", Limit.report));
    if (!manifest.success) return undefined;
    const disk = { root: place, manifest: manifest.data };
    const isChanged = (file: string) => changeOf(disk, file) !== undefined;
    if (Object.keys(manifest.data.files).some(isChanged)) return undefined;
    const judged = await judgePair(root, pair);
    return typeof judged === "string" ? undefined : judged;
  } catch (error) {
    if (error instanceof UnreadableInput || error instanceof UsageError) return undefined;
    throw error;
  }
}
