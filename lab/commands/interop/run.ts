/** Lets every two devices meet, and draws the matrix. */
import pLimit from "p-limit";
import { escapeControls } from "../../../captures/escape.ts";
import { writeTextInside } from "../../../suites/engine/run_files.ts";
import { join } from "../../../suites/kit/paths.ts";
import type { Interop } from "../../../suites/report/interop/model.ts";
import { interopExit } from "../../../suites/report/interop/words.ts";
import { borrowedBy } from "../../devices/kinds/registry.ts";
import { Progress } from "../../terminal/progress.ts";
import { inside, onInterrupt } from "../../worlds/netns/enter.ts";
import type { World } from "../../worlds/world.ts";
import { preflight } from "../preflight.ts";
import { provide } from "../provide.ts";
import { runDirectory } from "../run_metadata.ts";
import { lockRun } from "../run_lock.ts";
import { printJson, UsageError } from "../usage.ts";
import {
  campaignAgain,
  campaignOf,
  emptyMatrix,
  type InteropOptions,
  type MatrixCampaign,
} from "./campaign.ts";
import { letMeet } from "./meet.ts";
import type { Meeting } from "./pairs.ts";
import { keepPairs, openInterruptedMatrix } from "./resume.ts";
import { printMatrix, writeMatrix } from "./write.ts";

/** Held while a matrix is drawn: interop.json is written anew all the time. */
const LOCK = ".lock";

/** Runs `interop`; gives the exit code. */
export async function interop(options: InteropOptions): Promise<number> {
  const started = new Date();
  const interrupted = options.resume === undefined
    ? undefined
    : await openInterruptedMatrix(options.resume);
  const campaign = interrupted === undefined
    ? await campaignOf(options)
    : await campaignAgain(interrupted.matrix);
  const { entry, devices, own } = campaign;
  const profiles = devices.flatMap(({ profile }) => profile === undefined ? [] : [profile]);

  const guard = inside() ? undefined : await provide(profiles);
  try {
    const code = await entry.enter(Deno.args);
    if (code !== undefined) return code;
  } finally {
    await guard?.end();
  }
  const refusal = await entry.refuses?.(own.flatMap(({ planned }) => planned));
  if (refusal !== undefined) throw new UsageError(refusal);

  const directory = interrupted?.root ?? await runDirectory(options.out, started);
  const matrix = await emptyMatrix(campaign, started);
  lockRun(directory, LOCK);
  if (interrupted !== undefined) {
    const { started, command } = interrupted.matrix;
    Object.assign(matrix, { started, command });
    matrix.pairs = await keepPairs(interrupted, campaign, matrix);
  }
  // What the matrix owes stands there before the first two meet.
  note(directory, matrix);
  const world = await entry.open();
  try {
    await meet(campaign, matrix, world, { directory, jobs: options.jobs ?? entry.jobs() });
  } finally {
    await world.close();
  }
  matrix.exit_code = interopExit(matrix);
  Deno.removeSync(join(directory, LOCK));
  await writeMatrix(directory, matrix);
  if (options.json) printJson(matrix);
  else printMatrix(directory, matrix);
  return matrix.exit_code;
}

/** Lets those meet who have not yet. */
async function meet(
  { entry, meetings, own, seed }: MatrixCampaign,
  matrix: Interop,
  world: World,
  { directory, jobs }: { directory: string; jobs: number },
): Promise<void> {
  const open = own.filter((one) => matrix.pairs[meetings.indexOf(one)].state !== "judged");
  const progress = new Progress(open.length);
  onInterrupt(() => {
    progress.clear();
    const done = progress.done + own.length - open.length;
    console.error(
      `plumbline: interrupted after ${done} of ${own.length} pairs; ` +
        `interop --resume ${escapeControls(directory)} goes on`,
    );
  });
  try {
    const probed = await preflight(world, open.flatMap(({ planned }) => planned), {
      seed,
      progress: (line) => progress.tell(line),
    });
    const meetOne = async (one: Meeting) => {
      const name = `${one.suite.name}: ${one.devices[0].name} as ${one.roles[0]}, ` +
        `${one.devices[1].name} as ${one.roles[1]}`;
      const step = progress.begin(name);
      const pair = await letMeet(one, world, { matrix, directory, probed, jobs });
      matrix.pairs[meetings.indexOf(one)] = pair;
      step.end(escapeControls(`${name}: ${pair.verdict}`));
      note(directory, matrix);
    };
    const isLight = (one: Meeting) => entry.name === "netns" && mayBeBeside(one);
    for (const one of open) if (!isLight(one)) await meetOne(one);
    const inTurn = pLimit(BESIDE);
    await Promise.all(open.filter(isLight).map((one) => inTurn(() => meetOne(one))));
  } finally {
    progress.clear();
  }
}

function note(directory: string, matrix: Interop): void {
  writeTextInside(directory, "interop.json", JSON.stringify(matrix, null, 1) + "\n");
}

/** Pairs at a time on a real kernel, where they mostly wait. */
const BESIDE = 3;

/** Whether other pairs may be at work beside one: it neither loads the machine nor borrows from it. */
function mayBeBeside({ suite, profiles }: Meeting): boolean {
  return suite.light === true && profiles.every((profile) => borrowedBy(profile).length === 0);
}
