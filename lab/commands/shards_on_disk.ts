/** The run directories of shards: each whole, and all of one run. */
import { isDeepStrictEqual } from "node:util";
import { campaignHash, type Plan } from "../../suites/engine/plan.ts";
import { VERSION } from "../../suites/engine/version.ts";
import { join } from "../../suites/kit/paths.ts";
import { owedBy } from "./owed.ts";
import { commit } from "./run_metadata.ts";
import { changeOf, exists, openNamed, type RunOnDisk } from "./run_on_disk.ts";
import { scenariosOfPlan } from "./run_plan.ts";
import { scenariosOfWhole } from "./scenarios_owed.ts";
import { shardOf } from "./shard.ts";
import { UsageError } from "./usage.ts";

/** A shard whose evidence is whole. */
export interface ShardOnDisk {
  /** As it was named. */
  path: string;
  disk: RunOnDisk;
  plan: Plan & { shard: NonNullable<Plan["shard"]> };
}

/** Directories of a folder that are looked at. */
const MOST_SHARDS = 1000;

/** The run directories that paths name: a folder of runs stands for those in it. */
export function runsIn(paths: readonly string[], file: string): string[] {
  return paths.flatMap((path) => {
    if (exists(join(path, file))) return [path];
    const inner: string[] = [];
    try {
      for (const { name, isDirectory } of Deno.readDirSync(path)) {
        if (isDirectory && exists(join(path, name, file))) inner.push(join(path, name));
      }
    } catch {
      throw refusal(path, "there is no such directory");
    }
    if (inner.length > 0 && inner.length <= MOST_SHARDS) return inner.sort();
    throw refusal(path, `it is no run directory, and holds none: it has no ${file}`);
  });
}

/**
 * Opens the shards of one run, in their order.
 * @throws {UsageError} When one is none, unfinished, changed, there twice, or of another run.
 */
export async function openShards(paths: readonly string[]): Promise<ShardOnDisk[]> {
  const shards: ShardOnDisk[] = [];
  for (const path of runsIn(paths, "plan.json")) shards.push(await openShard(path));
  const [first, ...others] = shards;
  for (const other of others) {
    const why = foreign(first, other);
    if (why !== undefined) throw refusal(other.path, `it is a shard of another run: ${why}`);
  }
  for (const [i, { path, plan: { shard } }] of shards.entries()) {
    const twin = shards.slice(0, i).find(({ plan }) => plan.shard.index === shard.index);
    if (twin !== undefined) {
      throw refusal(path, `${twin.path} is shard ${shard.index} of ${shard.of} as well`);
    }
  }
  return shards.sort((a, b) => a.plan.shard.index - b.plan.shard.index);
}

async function openShard(path: string): Promise<ShardOnDisk> {
  const disk = await openNamed(path);
  const { plan, unproven, only } = disk ?? {};
  if (disk === undefined || plan === undefined || only !== undefined) {
    throw refusal(path, unproven ?? "it is no run directory");
  }
  const { shard } = plan;
  if (shard === undefined) throw refusal(path, "it is no shard: it was not made by --shard");
  if (disk.manifest === undefined && !exists(join(disk.root, "manifest.json"))) {
    throw refusal(
      path,
      `shard ${shard.index} of ${shard.of} is unfinished: certify --resume goes on with it, ` +
        "and left out it is lost",
    );
  }
  if (unproven !== undefined) throw refusal(path, unproven);
  const changed = Object.keys(disk.manifest!.files).map((file) => changeOf(disk, file))
    .find((why) => why !== undefined);
  if (changed !== undefined) throw refusal(path, `the evidence was changed: ${changed}`);
  const [made, ours] = [[plan.plumbline, plan.commit], [VERSION, await commit()]];
  if (!isDeepStrictEqual(made, ours)) {
    throw refusal(
      path,
      `it was made by Plumbline ${made.join(" ").trim()}, and this is ${ours.join(" ").trim()}`,
    );
  }
  await holdAgainstWhole(path, { ...plan, shard });
  return { path, disk, plan: { ...plan, shard } };
}

/** A plan that was changed with its manifest lists other scenarios than its shard of the whole has. */
async function holdAgainstWhole(path: string, plan: ShardOnDisk["plan"]): Promise<void> {
  const { owed, devices } = await owedBy(plan);
  const whole = scenariosOfWhole([...owed.keys()], devices, plan);
  const own = scenariosOfPlan(shardOf(whole, plan.shard), plan.seed);
  const { shard, ...common } = plan;
  const campaign = campaignHash(common, scenariosOfPlan(whole, plan.seed));
  if (isDeepStrictEqual(own, plan.scenarios) && campaign === shard.campaign) return;
  throw refusal(path, `plan.json was changed: it does not list what shard ${shard.index} owes`);
}

/** What differs between the runs that two shards are of; undefined when they are of one. */
function foreign({ path, plan: a }: ShardOnDisk, { plan: b }: ShardOnDisk): string | undefined {
  const devices = ({ devices }: Plan) =>
    devices.map(({ profile, sha256 }) =>
      `${[profile.name, profile.version].filter(Boolean).join(" ")} (${sha256.slice(0, 12)})`
    ).join(", ") || "the reference peers";
  const choice = ({ selection = {} }: Plan) =>
    [selection.prefix, ...selection.classes ?? []].filter(Boolean).join(", ") || "all";
  const rows: [string, unknown, unknown][] = [
    ["number of shards", a.shard.of, b.shard.of],
    ["profile", devices(a), devices(b)],
    ["seed", a.seed, b.seed],
    ["world", a.world, b.world],
    ["suites", a.suites.join(", "), b.suites.join(", ")],
    ["selection", choice(a), choice(b)],
    ["repetitions", a.repeat ?? 1, b.repeat ?? 1],
    ["plan of the whole", a.shard.campaign.slice(0, 12), b.shard.campaign.slice(0, 12)],
  ];
  const found = rows.find(([, ours, theirs]) => ours !== theirs);
  return found && `its ${found[0]} is ${found[2]}, and that of ${path} ${found[1]}`;
}

function refusal(path: string, why: string): UsageError {
  return new UsageError(`Cannot merge ${path} as ${why}`);
}
