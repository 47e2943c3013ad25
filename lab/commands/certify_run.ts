/** The main job: plan, run, judge, report. */
import { escapeControls } from "../../captures/escape.ts";
import { join } from "../../suites/kit/paths.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { type Plan, profileHash } from "../../suites/engine/plan.ts";
import { gotUnknown } from "../../suites/kit/nearest.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { WorldName } from "../../suites/kit/world.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { WorldEntry } from "../worlds/entry.ts";
import { inside, onInterrupt } from "../worlds/netns/enter.ts";
import { WORLDS } from "../worlds/registry.ts";
import { loadProfile, verifyProfile } from "./devices.ts";
import { finish } from "./finish.ts";
import { provide } from "./provide.ts";
import { preflight, preflightSentence } from "./preflight.ts";
import { notRun, runScenarios } from "./run_scenarios.ts";
import { owedBy, runOf } from "./owed.ts";
import { whyNothingFits } from "./nothing_fits.ts";
import {
  planRun,
  scenariosOfPlan,
  type Selection,
  verifyPlaces,
  verifySelection,
  verifyWorld,
} from "./run_plan.ts";
import { Progress } from "../terminal/progress.ts";
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
function worldNamed(name: string): WorldEntry {
  const found = WORLDS.find((world) => world.name === name);
  if (found !== undefined) return found;
  const names = WORLDS.map((world) => world.name);
  throw new UsageError(
    `Cannot run in a world as it must be one of ${names.join(", ")}: ${gotUnknown(name, names)}`,
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

/** Runs `certify`; gives the exit code. */
export async function certify(options: CertifyOptions): Promise<number> {
  const started = new Date();
  // All that can be wrong with the command line is said before the lab comes up.
  const entry = worldNamed(options.world);
  const suites = await suitesFor(options, entry.name);
  const devices: Profile[] = [];
  for (const name of options.device ?? []) devices.push(await loadProfile(name));
  for (const device of devices) await verifyProfile(device);
  verifyWorld(devices, entry.name);
  const selection: Selection = { prefix: options.check, classes: options.class };
  verifySelection(suites, selection);
  const planned = planRun(suites, devices, selection);
  if (planned.length === 0) {
    const who = devices.map(({ name }) => name).join(" and ") || "the reference peers";
    throw new UsageError(
      `Cannot certify ${who} as ${whyNothingFits(suites, devices, selection)}`,
    );
  }
  verifyPlaces(planned);
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
    world: entry.name,
    suites: suites.map(({ name }) => name),
    ...(isSelected ? { selection: { prefix: options.check, classes: options.class } } : {}),
    devices: devices.map((profile) => ({ sha256: profileHash(profile), profile })),
    scenarios: scenariosOfPlan(planned, options.seed),
  };
  await Deno.writeTextFile(join(directory, "plan.json"), JSON.stringify(plan, null, 1) + "\n");
  const world = await entry.open();
  try {
    const { seed, check: prefix } = options;
    const progress = new Progress(planned.length);
    onInterrupt(() => {
      progress.clear();
      console.error(
        `plumbline: interrupted after ${progress.done} of ${planned.length} scenarios; ` +
          `what was captured is in ${escapeControls(directory)}`,
      );
    });
    const dead = (await preflight(world, planned, {
      seed,
      progress: (line) => progress.tell(line),
    }))
      .filter(({ problem }) => problem !== undefined).map(preflightSentence);
    for (const sentence of dead) console.error(`plumbline: ${escapeControls(sentence)}`);
    const judged = dead.length > 0
      ? notRun(planned, dead.join("; "), prefix)
      : await runScenarios(world, planned, {
        ...{ seed, directory, prefix, progress },
        jobs: options.jobs ?? entry.jobs(),
      });
    const { scope, ...owed } = await owedBy(plan);
    const id = directory.split("/").at(-1)!;
    const milliseconds = Date.now() - started.getTime();
    return await finish(
      {
        ...{ judged, ...owed, run: runOf(plan, { id, milliseconds, scope }) },
        notes: dead.map((text) => ({ evidence: "", text })),
      },
      { directory, json: options.json ?? false },
    );
  } finally {
    await world.close();
  }
}
