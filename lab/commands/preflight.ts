/** Looks at each device under test before the first scenario: a dead one must not cost a whole run. */
import type { Profile } from "../../suites/kit/profile.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { borrowedBy, kindOf } from "../devices/kinds/registry.ts";
import { temporaryFolder } from "../temporary.ts";
import type { World } from "../worlds/world.ts";
import { seedOfScenario } from "./run_seed.ts";
import { canBePut, type PlannedScenario } from "./run_plan.ts";

/** What the preflight of a device in a role came to. */
export interface PreflightResult {
  device: Profile;
  suite: Suite;
  role: string;
  /** Seconds that it took. */
  seconds: number;
  /** What is wrong, as a sentence; undefined where nothing is. */
  problem: string | undefined;
}

/** One thing to be tried. */
interface Trial extends Pick<PreflightResult, "device" | "suite" | "role"> {
  scenario: Scenario;
  node: string;
}

/**
 * Plays the first scenario of each suite with each third party's device in each of its roles, until the
 * device has answered.
 * @param planned What the run is about; other suites and roles are not tried.
 */
export async function preflight(
  world: World,
  planned: readonly PlannedScenario[],
  { seed, progress }: { seed: number; progress?: (line: string) => void },
): Promise<PreflightResult[]> {
  const known = new Set(planned.map(({ scenario }) => scenario.id));
  // A project of containers may lack those of what is not planned.
  const all = trialsOf(planned).filter(({ scenario }) =>
    world.name !== "compose" || known.has(scenario.id)
  );
  const perform = async ({ device, suite, role, scenario, node }: Trial) => {
    progress?.(`preflight of ${device.name} as ${role} of ${suite.name}`);
    const begin = performance.now();
    const profiles = { [node]: device };
    const directory = await temporaryFolder("preflight");
    try {
      const { problem } = await world.run({
        ...{ suite, scenario, directory, preflight: true },
        seed: seedOfScenario({ evidence: `preflight/${suite.name}/${role}`, profiles }, seed),
        profiles,
      });
      const seconds = (performance.now() - begin) / 1000;
      return { device, suite, role, seconds, problem };
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  };
  // An interface that is lent can be in one lab at a time.
  const [alone, others] = [true, false].map((borrows) =>
    all.filter(({ device }) => borrowedBy(device).length > 0 === borrows)
  );
  const results = await Promise.all(others.map(perform));
  for (const trial of alone) results.push(await perform(trial));
  return results;
}

/** What a failed preflight means, as a sentence. */
export function preflightSentence({ device, suite, role, problem }: PreflightResult): string {
  return `${device.name} failed its preflight as ${role} of ${suite.name}: ${problem}`;
}

function trialsOf(planned: readonly PlannedScenario[]): Trial[] {
  const trials = new Map<string, Trial>();
  for (const { suite, scenario: { nodes }, profiles } of planned) {
    for (const [place, device] of Object.entries(profiles)) {
      const { role } = nodes[place], key = `${suite.name} ${role} ${device.name}`;
      if (kindOf(device.attach).plays !== "third party" || trials.has(key)) continue;
      const trial = firstTrial(suite, role, device);
      if (trial !== undefined) trials.set(key, trial);
    }
  }
  return [...trials.values()];
}

/** The first scenario of a suite, which is its plainest, that a device can play a role in. */
function firstTrial(suite: Suite, role: string, device: Profile): Trial | undefined {
  for (const scenario of suite.scenarios) {
    if (!canBePut(scenario, device)) continue;
    const node = Object.keys(scenario.nodes).find((name) => scenario.nodes[name].role === role);
    if (node !== undefined) return { suite, role, device, scenario, node };
  }
}
