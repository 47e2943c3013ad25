/** The main job: plan, run, judge, report. */
import { join } from "../../suites/kit/paths.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { type Plan, profileHash } from "../../suites/engine/plan.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { VERSION } from "../../suites/engine/version.ts";
import { enterNamespaces, inside } from "../netns/enter.ts";
import type { World } from "../world.ts";
import { loadProfile, verifyProfile } from "./devices.ts";
import { finish } from "./finish.ts";
import { runScenarios } from "./run_scenarios.ts";
import { owedBy, runOf } from "./owed.ts";
import { whyNothingFits } from "./nothing_fits.ts";
import { planRun, scenariosOfPlan, type Selection, verifySelection } from "./run_plan.ts";
import { Progress } from "./progress.ts";
import { chooseSuites } from "./suites.ts";
import { commit, kernel, reproduce, runDirectory } from "./run_metadata.ts";
import { UsageError } from "./usage.ts";

/** Options of `certify` as the command line gives them. */
export interface CertifyOptions {
  device?: string[];
  suite?: string[];
  check?: string;
  class?: string[];
  world: string;
  seed: number;
  out?: string;
  jobs?: number;
  json?: boolean;
}

/** The world of that name. */
function worldNamed(name: string): World["name"] {
  if (name === "netns" || name === "memory") return name;
  throw new UsageError(`Cannot run in a world as it must be netns or memory: got ${name}`);
}

/** Scenarios at a time, of those that may be: on real kernels they mostly wait. */
function defaultJobs(world: World["name"]): number {
  return world === "memory" ? 2 : Math.min(24, 6 * navigator.hardwareConcurrency);
}

/** The suites that were asked for, or those that are known to hold in the world. */
async function suitesFor(options: CertifyOptions, world: World["name"]): Promise<Suite[]> {
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

/** Fetches the packages that third-party devices are made of, when there are any. */
async function provide(devices: readonly Profile[]): Promise<void> {
  const thirdParty = devices.filter(({ attach }) =>
    attach.kind === "process" || attach.kind === "linux"
  );
  if (thirdParty.length === 0) return;
  const { provideDevices } = await import("../uml/script.ts");
  try {
    await provideDevices(thirdParty, console.error);
  } catch (error) {
    // Nothing of ours is broken: somebody has to fetch or install something.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Runs `certify`; gives the exit code. */
export async function certify(options: CertifyOptions): Promise<number> {
  const started = new Date();
  // All that can be wrong with the command line is said before the lab comes up.
  const worldName = worldNamed(options.world);
  const suites = await suitesFor(options, worldName);
  const devices: Profile[] = [];
  for (const name of options.device ?? []) devices.push(await loadProfile(name));
  for (const device of devices) await verifyProfile(device);
  const selection: Selection = { prefix: options.check, classes: options.class };
  verifySelection(suites, selection);
  const planned = planRun(suites, devices, selection);
  if (planned.length === 0) {
    const who = devices.map(({ name }) => name).join(" and ") || "the reference peers";
    throw new UsageError(
      `Cannot certify ${who} as ${whyNothingFits(suites, devices, selection)}`,
    );
  }
  if (worldName === "netns") {
    // No package can be fetched from within the lab.
    if (!inside()) await provide(devices);
    const code = await enterNamespaces(Deno.args);
    if (code !== undefined) return code;
  }

  const directory = await runDirectory(options.out, started);
  const isSelected = (options.check ?? options.class) !== undefined;
  const plan: Plan = {
    schema: 1,
    plumbline: VERSION,
    commit: await commit(),
    kernel: kernel(),
    started: started.toISOString(),
    command: reproduce(Deno.args, options.seed),
    seed: options.seed,
    world: worldName,
    suites: suites.map(({ name }) => name),
    ...(isSelected ? { selection: { prefix: options.check, classes: options.class } } : {}),
    devices: devices.map((profile) => ({ sha256: profileHash(profile), profile })),
    scenarios: scenariosOfPlan(planned, options.seed),
  };
  await Deno.writeTextFile(join(directory, "plan.json"), JSON.stringify(plan, null, 1) + "\n");
  const world = await worldOf(worldName);
  try {
    const judged = await runScenarios(world, planned, {
      seed: options.seed,
      directory,
      jobs: options.jobs ?? defaultJobs(worldName),
      prefix: options.check,
      progress: new Progress(planned.length),
    });
    const { scope, ...owed } = await owedBy(plan);
    const id = directory.split("/").at(-1)!;
    const milliseconds = Date.now() - started.getTime();
    return await finish(
      { judged, ...owed, run: runOf(plan, { id, milliseconds, scope }) },
      { directory, json: options.json ?? false },
    );
  } finally {
    await world.close();
  }
}

async function worldOf(name: "netns" | "memory"): Promise<World> {
  if (name === "memory") {
    const { MemoryWorld } = await import("../memory/world.ts");
    return new MemoryWorld();
  }
  if (!inside()) throw new Error("the netns world runs inside namespaces only");
  const { ParallelLabs } = await import("../netns/parallel_labs.ts");
  return new ParallelLabs();
}
