/** What a matrix is to be: as a command line asks for it, or as one says that was interrupted. */
import { profileHash } from "../../../suites/engine/plan.ts";
import { VERSION } from "../../../suites/engine/version.ts";
import { gotOther } from "../../../suites/kit/nearest.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import type { Interop } from "../../../suites/report/interop/model.ts";
import type { WorldEntry } from "../../worlds/entry.ts";
import { WORLDS } from "../../worlds/registry.ts";
import { loadProfile, verifyProfile } from "../devices.ts";
import { commit, kernel, reproduce } from "../run_metadata.ts";
import { verifySelection } from "../run_plan.ts";
import { seedOfRun } from "../run_seed.ts";
import { partOf, readShard, type Shard } from "../shard.ts";
import { chooseSuites } from "../suites.ts";
import { UsageError } from "../usage.ts";
import { notMet, unsupported } from "./meet.ts";
import { type Contestant, contestantOf, costOfMeeting, type Meeting } from "./pairs.ts";
import { meetingsOf, referenceContestant } from "./pairs.ts";

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
  /** Directory of an interrupted matrix. */
  resume?: string;
  out?: string;
  jobs?: number;
  json?: boolean;
}

/** A matrix that is to be drawn. */
export interface MatrixCampaign {
  entry: WorldEntry;
  devices: Contestant[];
  /** All that two devices can be to each other, possible or not. */
  meetings: Meeting[];
  /** Those that are to take place, of this shard. */
  own: Meeting[];
  seed: number;
  shard?: Shard;
  selection: { prefix?: string; classes?: string[] };
}

/** What a matrix is made of. */
interface Asked {
  world: string;
  suites: Suite[];
  devices: Contestant[];
  selection: { prefix?: string; classes?: string[] };
  shard?: Shard;
  seed: number;
}

/** @throws {UsageError} When something in the command line is wrong, or no two devices can meet. */
export async function campaignOf(options: InteropOptions): Promise<MatrixCampaign> {
  const devices = await contestants(options);
  const shard = options.shard === undefined
    ? undefined
    : readShard(options.shard, (name) => Deno.env.get(name));
  const profiles = devices.flatMap(({ profile }) => profile === undefined ? [] : [profile]);
  const { world, check: prefix, class: classes } = options;
  return planned({
    ...{ world, devices, selection: { prefix, classes } },
    suites: await chooseSuites(options.suite),
    ...(shard === undefined ? {} : { shard }),
    seed: options.seed ?? (shard === undefined ? seedOfRun(profiles) : 1),
  });
}

/** The campaign of a matrix that was interrupted. @throws {UsageError} When no two devices can meet. */
export async function campaignAgain(matrix: Interop): Promise<MatrixCampaign> {
  const { world, seed, shard, selection = {}, pairs } = matrix;
  const devices = matrix.devices.map(({ profile }) =>
    profile === undefined ? referenceContestant() : contestantOf(profile)
  );
  for (const { profile } of devices) if (profile !== undefined) await verifyProfile(profile);
  const words = [...new Set(pairs.map(({ suite }) => suite))];
  return planned({
    ...{ world, seed, devices, selection, suites: await chooseSuites(words) },
    ...(shard === undefined ? {} : { shard }),
  });
}

function planned({ world, suites, devices, selection, shard, seed }: Asked): MatrixCampaign {
  const entry = WORLDS.find(({ name }) => name === world);
  if (entry === undefined) {
    const names = WORLDS.map(({ name }) => name);
    throw new UsageError(
      `Cannot run in a world as it must be one of ${names.join(", ")}: ${gotOther(world, names)}`,
    );
  }
  verifySelection(suites, selection);
  const meetings = meetingsOf(suites, devices, { ...selection, world: entry.name });
  const possible = meetings.filter(({ reason }) => reason === undefined);
  if (possible.length === 0) {
    const [first] = meetings.map(({ reason }) => reason);
    throw new UsageError(`Cannot let any two meet: ${first ?? "no suite has two roles at once"}`);
  }
  const own = shard === undefined ? possible : partOf(possible, shard, costOfMeeting);
  if (own.length === 0) {
    throw new UsageError(
      `Cannot choose a shard as there are ${possible.length} pairs for ${shard!.of} shards: ` +
        `none is left for shard ${shard!.index}`,
    );
  }
  return {
    ...{ entry, devices, meetings, own, seed, selection },
    ...(shard === undefined ? {} : { shard }),
  };
}

/** The matrix before the first two have met: what it owes. */
export async function emptyMatrix(
  { entry, devices, meetings, own, seed, shard, selection }: MatrixCampaign,
  started: Date,
): Promise<Interop> {
  const { prefix, classes } = selection;
  return {
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
}

/** The devices of a command line. @throws {UsageError} When one is unknown, or two have one name. */
async function contestants(
  { device = [], reference }: InteropOptions,
): Promise<Contestant[]> {
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
  return devices;
}

function describe(device: Contestant): Interop["devices"][number] {
  if (device.profile === undefined) {
    return { name: device.name, vendor: "Plumbline", version: VERSION, roles: ["every role"] };
  }
  const { profile } = device;
  const { name, vendor, version, roles } = profile;
  return { name, vendor, version, roles, sha256: profileHash(profile), profile };
}

function commandOf(seed: number, shard: Shard | undefined): string {
  const args = shard === undefined
    ? Deno.args
    : Deno.args.map((arg) => arg.replace(/(?<=^|=)auto\/\d+$/, `${shard.index}/${shard.of}`));
  return reproduce(args, seed);
}
