/** The main job: plan, run, judge, report. */
import { escapeControls } from "../../captures/escape.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { campaignHash, type Plan, profileHash } from "../../suites/engine/plan.ts";
import { writeTextInside } from "../../suites/engine/run_files.ts";
import { gotOther } from "../../suites/kit/nearest.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { WorldName } from "../../suites/kit/world.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { WorldEntry } from "../worlds/entry.ts";
import { inside } from "../worlds/netns/enter.ts";
import { WORLDS } from "../worlds/registry.ts";
import { carryOut } from "./carry_out.ts";
import type { CertifyOptions } from "./certify_options.ts";
import { loadProfile, verifyProfile } from "./devices.ts";
import { finish } from "./finish.ts";
import { lastFailed } from "./last_failed.ts";
import { whyNothingFits } from "./nothing_fits.ts";
import { provide } from "./provide.ts";
import { type Interrupted, keepWhole, openInterrupted } from "./resume_run.ts";
import { commit, kernel, reproduce, runDirectory } from "./run_metadata.ts";
import {
  type PlannedScenario,
  scenariosOfPlan,
  verifyPlaces,
  verifySelection,
  verifyWorld,
} from "./run_plan.ts";
import { lockRun } from "./run_lock.ts";
import { isPart } from "./owed.ts";
import { type Choice, scenariosOfWhole, scenariosOwed } from "./scenarios_owed.ts";
import { readShard } from "./shard.ts";
import { seedOfRun } from "./run_seed.ts";
import { chooseSuites } from "./suites.ts";
import { UsageError } from "./usage.ts";

/** Says what keeps a run from being signed before it starts. @throws {UsageError} */
async function verifySigning(key: string, choice: Choice): Promise<void> {
  if (isPart(choice)) {
    throw new UsageError(
      "Cannot sign a part of a run (--check, --class, --last-failed, --shard) as it certifies " +
        "nothing: --suite chooses systems, and merge puts shards together",
    );
  }
  const { readSigningKey } = await import("../certificates/keys.ts");
  const { warning } = readSigningKey(key);
  if (warning !== undefined && !inside()) console.error(`plumbline: ${escapeControls(warning)}`);
}

/** The world of that name. */
function worldNamed(name: string): WorldEntry {
  const found = WORLDS.find((world) => world.name === name);
  if (found !== undefined) return found;
  const names = WORLDS.map((world) => world.name);
  throw new UsageError(
    `Cannot run in a world as it must be one of ${names.join(", ")}: ${gotOther(name, names)}`,
  );
}

/** The suites that were asked for, or those that are known to hold in the world. */
async function suitesFor(options: CertifyOptions, world: WorldName): Promise<Suite[]> {
  const { suite, device, check, class: classes } = options;
  const all = await chooseSuites(suite);
  if ((suite ?? device ?? check ?? classes) !== undefined) return all;
  const shown = all.filter(({ shownIn }) => shownIn.includes(world));
  const others = all.filter((suite) => !shown.includes(suite)).map(({ name }) => name);
  if (others.length > 0 && !inside()) {
    const names = others.join(", ");
    console.error(`left out, as not yet shown in this world: ${names} (--suite runs them)`);
  }
  return shown;
}

/** What a command line asks for, once everything in it is known to mean something. */
interface Campaign {
  entry: WorldEntry;
  suites: Suite[];
  devices: Profile[];
  choice: Choice;
  planned: PlannedScenario[];
  /** The run that is to be gone on with. */
  interrupted?: Interrupted;
  out?: string;
}

/** Runs `certify`; gives the exit code. */
export async function certify(options: CertifyOptions): Promise<number> {
  const started = new Date();
  // All that can be wrong with the command line is said before the lab comes up.
  const campaign = await campaignOf(options);
  const { entry, devices, planned, interrupted } = campaign;
  // Nothing of this machine can be reached from within a lab.
  const guard = inside() ? undefined : await provide(devices);
  try {
    const code = await entry.enter(Deno.args);
    if (code !== undefined) return code;
  } finally {
    await guard?.end();
  }
  const refusal = await entry.refuses?.(planned);
  if (refusal !== undefined) throw new UsageError(refusal);

  const directory = interrupted?.root ?? await runDirectory(campaign.out, started);
  const plan = interrupted?.plan ?? await planOf(campaign, started);
  if (interrupted === undefined) {
    writeTextInside(directory, "plan.json", JSON.stringify(plan, null, 1) + "\n");
  }
  lockRun(directory);
  const kept = interrupted && await keepWhole(interrupted, planned);
  const world = await entry.open();
  try {
    const { failFast } = options, jobs = options.jobs ?? entry.jobs();
    const finished = await carryOut(world, {
      ...{ plan, planned, directory, jobs, failFast, started: started.getTime() },
      ...(kept === undefined ? {} : { kept: kept.judged, notes: [kept.note] }),
    });
    const code = await finish(finished, { directory, json: options.json ?? false });
    if (options.sign !== undefined) {
      const { signNew } = await import("./sign_run.ts");
      await signNew(directory, options.sign);
    }
    return code;
  } finally {
    await world.close();
  }
}

/** Works out what is to be done. @throws {UsageError} When something in the command line is wrong. */
async function campaignOf(options: CertifyOptions): Promise<Campaign> {
  const interrupted = options.resume === undefined
    ? undefined
    : await openInterrupted(options.resume, options);
  const { lastFailed: named } = options;
  const last = named === undefined ? undefined : await lastFailed(named, options.out);
  const entry = worldNamed(interrupted?.plan.world ?? options.world);
  const suites = interrupted === undefined
    ? await suitesFor(options, entry.name)
    : await chooseSuites(interrupted.plan.suites);
  const devices = interrupted?.plan.devices.map(({ profile }) => profile) ??
    await Promise.all((options.device ?? []).map(loadProfile));
  for (const device of devices) await verifyProfile(device);
  verifyWorld(devices, entry.name);
  const choice = interrupted?.plan ?? choiceOf(options, devices, last?.failed);
  const { selection = {}, shard } = choice;
  verifySelection(suites, selection);
  if (options.sign !== undefined) await verifySigning(options.sign, choice);
  const planned = scenariosOwed(suites, devices, choice);
  if (planned.length === 0) {
    const who = devices.map(({ name }) => name).join(" and ") || "the reference peers";
    const whole = scenariosOfWhole(suites, devices, choice).length;
    const why = shard !== undefined && whole > 0
      ? `there are ${whole} scenarios for ${shard.of} shards: none is left for shard ${shard.index}`
      : last !== undefined
      ? `nothing that failed in ${last.run} is asked of them here`
      : whyNothingFits(suites, devices, selection);
    throw new UsageError(`Cannot certify ${who} as ${why}`);
  }
  verifyPlaces(planned);
  const out = last?.out ?? options.out;
  return { entry, suites, devices, choice, planned, interrupted, ...(out ? { out } : {}) };
}

function choiceOf(
  options: CertifyOptions,
  devices: readonly Profile[],
  failed: string[] | undefined,
): Choice {
  const { check: prefix, class: classes, repeat } = options;
  const isPart = (prefix ?? classes ?? failed) !== undefined;
  const shard = options.shard === undefined
    ? undefined
    : readShard(options.shard, (name) => Deno.env.get(name));
  // The shards of a campaign have to agree without a word.
  const seed = options.seed ?? (shard === undefined ? seedOfRun(devices) : 1);
  return {
    ...{ seed, shard: shard && { ...shard, campaign: "" } },
    ...(isPart ? { selection: { prefix, classes, failed } } : {}),
    ...(repeat === undefined || repeat === 1 ? {} : { repeat }),
  };
}

async function planOf(
  { entry, suites, devices, choice, planned }: Campaign,
  started: Date,
): Promise<Plan> {
  const { seed, shard, ...rest } = choice;
  const args = shard === undefined
    ? Deno.args
    : Deno.args.map((arg) => arg.replace(/(?<=^|=)auto\/\d+$/, `${shard.index}/${shard.of}`));
  const images = await entry.images?.();
  const whole: Plan = {
    schema: 1,
    plumbline: VERSION,
    commit: await commit(),
    kernel: kernel(),
    started: started.toISOString(),
    command: reproduce(args, seed, images),
    ...(images === undefined ? {} : { images }),
    ...{ seed, world: entry.name, suites: suites.map(({ name }) => name), ...rest },
    devices: devices.map((profile) => ({ sha256: profileHash(profile), profile })),
    scenarios: scenariosOfPlan(planned, seed),
  };
  if (shard === undefined) return whole;
  const all = scenariosOfPlan(scenariosOfWhole(suites, devices, choice), seed);
  return { ...whole, shard: { ...shard, campaign: campaignHash(whole, all) } };
}
