/** Lets every two devices meet, and draws the matrix. */
import pLimit from "p-limit";
import { escapeControls } from "../../../captures/escape.ts";
import { writeTextInside } from "../../../suites/engine/run_files.ts";
import { VERSION } from "../../../suites/engine/version.ts";
import { gotUnknown } from "../../../suites/kit/nearest.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import { profileHash } from "../../../suites/engine/plan.ts";
import type { Interop } from "../../../suites/report/interop/model.ts";
import { interopExit } from "../../../suites/report/interop/words.ts";
import { borrowedBy } from "../../devices/kinds/registry.ts";
import { inside } from "../../worlds/netns/enter.ts";
import { WORLDS } from "../../worlds/registry.ts";
import { loadProfile, verifyProfile } from "../devices.ts";
import { preflight } from "../preflight.ts";
import { Progress } from "../../terminal/progress.ts";
import { provide } from "../provide.ts";
import { commit, kernel, reproduce, runDirectory } from "../run_metadata.ts";
import { verifySelection } from "../run_plan.ts";
import { partOf, readShard, type Shard } from "../shard.ts";
import { chooseSuites } from "../suites.ts";
import { seedOfRun } from "../run_seed.ts";
import { printJson, UsageError } from "../usage.ts";
import { letMeet, notMet, unsupported } from "./meet.ts";
import {
  type Contestant,
  contestantOf,
  costOfMeeting,
  type Meeting,
  meetingsOf,
  referenceContestant,
} from "./pairs.ts";
import { printMatrix, writeMatrix } from "./write.ts";

/** Options of `interop` as the command line gives them. */
export interface InteropOptions {
  device?: string[];
  reference?: boolean;
  suite?: string[];
  check?: string;
  class?: string[];
  world: string;
  seed?: number;
  /** `i/n` or `auto/n`. */
  shard?: string;
  out?: string;
  jobs?: number;
  json?: boolean;
}

/** Runs `interop`; gives the exit code. */
export async function interop(options: InteropOptions): Promise<number> {
  const started = new Date();
  const entry = WORLDS.find(({ name }) => name === options.world);
  if (entry === undefined) {
    const names = WORLDS.map(({ name }) => name);
    throw new UsageError(
      `Cannot run in a world as it must be one of ${names.join(", ")}: ` +
        gotUnknown(options.world, names),
    );
  }
  const suites = await chooseSuites(options.suite);
  const { profiles, devices } = await contestants(options);
  const { check: prefix, class: classes } = options;
  verifySelection(suites, { prefix, classes });
  const meetings = meetingsOf(suites, devices, { prefix, classes, world: entry.name });
  const possible = meetings.filter(({ reason }) => reason === undefined);
  if (possible.length === 0) {
    const [first] = meetings.map(({ reason }) => reason);
    throw new UsageError(`Cannot let any two meet: ${first ?? "no suite has two roles at once"}`);
  }
  const shard = options.shard === undefined
    ? undefined
    : readShard(options.shard, (name) => Deno.env.get(name));
  const seed = options.seed ?? (shard === undefined ? seedOfRun(profiles) : 1);
  const own = shard === undefined ? possible : partOf(possible, shard, costOfMeeting);
  if (own.length === 0) {
    throw new UsageError(
      `Cannot choose a shard as there are ${possible.length} pairs for ${shard!.of} shards: ` +
        `none is left for shard ${shard!.index}`,
    );
  }

  const guard = inside() ? undefined : await provide(profiles);
  try {
    const code = await entry.enter(Deno.args);
    if (code !== undefined) return code;
  } finally {
    await guard?.end();
  }
  const refusal = await entry.refuses?.(own.flatMap(({ planned }) => planned));
  if (refusal !== undefined) throw new UsageError(refusal);

  const directory = await runDirectory(options.out, started);
  const matrix: Interop = {
    ...{ schema: 1, plumbline: VERSION, commit: await commit(), kernel: kernel() },
    ...{ started: started.toISOString(), seed, world: entry.name },
    command: commandOf(seed, shard),
    ...((prefix ?? classes) === undefined ? {} : {
      selection: {
        ...(prefix === undefined ? {} : { prefix }),
        ...(classes === undefined ? {} : { classes }),
      },
    }),
    devices: devices.map(describe),
    ...(shard === undefined ? {} : { shard }),
    pairs: meetings.map((one) =>
      one.reason !== undefined
        ? unsupported(one)
        : notMet(one, own.includes(one) ? "nobody came to it" : "it is in another shard")
    ),
    exit_code: 3,
  };
  // What the matrix owes stands there before the first two meet.
  writeTextInside(directory, "interop.json", JSON.stringify(matrix, null, 1) + "\n");
  const world = await entry.open();
  const progress = new Progress(own.length);
  try {
    const probed = await preflight(world, own.flatMap(({ planned }) => planned), {
      seed,
      progress: (line) => progress.tell(line),
    });
    const inTurn = pLimit(entry.name === "netns" && own.every(mayBeBeside) ? BESIDE : 1);
    await Promise.all(own.map((one) =>
      inTurn(async () => {
        const name = `${one.suite.name}: ${one.devices[0].name} as ${one.roles[0]}, ` +
          `${one.devices[1].name} as ${one.roles[1]}`;
        const step = progress.begin(name);
        const pair = await letMeet(one, world, {
          ...{ matrix, directory, probed, jobs: options.jobs ?? entry.jobs() },
        });
        matrix.pairs[meetings.indexOf(one)] = pair;
        step.end(escapeControls(`${name}: ${pair.verdict}`));
        writeTextInside(directory, "interop.json", JSON.stringify(matrix, null, 1) + "\n");
      })
    ));
  } finally {
    progress.clear();
    await world.close();
  }
  matrix.exit_code = interopExit(matrix);
  await writeMatrix(directory, matrix);
  if (options.json) printJson(matrix);
  else printMatrix(directory, matrix);
  return matrix.exit_code;
}

/** Pairs at a time on a real kernel, where they mostly wait. */
const BESIDE = 3;

/** Whether other pairs may be at work beside one: it neither loads the machine nor borrows from it. */
function mayBeBeside({ suite, profiles }: Meeting): boolean {
  return suite.light === true && profiles.every((profile) => borrowedBy(profile).length === 0);
}

/** The devices of a command line. @throws {UsageError} When one is unknown, or two have one name. */
async function contestants(
  { device = [], reference }: InteropOptions,
): Promise<{ profiles: Profile[]; devices: Contestant[] }> {
  const profiles: Profile[] = [];
  for (const name of new Set(device)) {
    const profile = await loadProfile(name);
    await verifyProfile(profile);
    const twin = profiles.find((other) => other.name === profile.name);
    if (twin !== undefined) {
      throw new UsageError(`Cannot tell devices apart as two are named ${profile.name}`);
    }
    profiles.push(profile);
  }
  const devices = [
    ...profiles.map(contestantOf),
    ...(reference ? [referenceContestant()] : []),
  ];
  if (devices.length === 0) {
    throw new UsageError(
      "Cannot draw a matrix without a device: --device names one, or --reference",
    );
  }
  return { profiles, devices };
}

function describe(device: Contestant): Interop["devices"][number] {
  if (device.profile === undefined) {
    return { name: device.name, vendor: "Plumbline", version: VERSION, roles: ["every role"] };
  }
  const { profile } = device;
  const { name, vendor, version, roles } = profile;
  return { name, vendor, version, roles, sha256: profileHash(profile) };
}

function commandOf(seed: number, shard: Shard | undefined): string {
  const args = shard === undefined
    ? Deno.args
    : Deno.args.map((arg) => arg.replace(/(?<=^|=)auto\/\d+$/, `${shard.index}/${shard.of}`));
  return reproduce(args, seed);
}
