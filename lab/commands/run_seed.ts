/**
 * Which seed a run and each of its scenarios has. Devices that are started for a scenario meet the same
 * peers in each. One that is not remembers those of before, and would take peers that name themselves
 * alike for them: so what is random differs, Tunnel IDs and Session IDs above all.
 */
import { crc32 } from "node:zlib";
import { seedAgain } from "../../suites/engine/plan.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { isStartedAnew } from "../../suites/kit/started_anew.ts";

/** Who plays a scenario, and where its evidence goes: no two of a run have the same. */
interface Played {
  profiles: Readonly<Record<string, Profile>>;
  evidence: string;
}

/** The seed of a run for which none is given: 1, but a random one where a device may remember the last. */
export function seedOfRun(devices: readonly Profile[]): number {
  return devices.every(isStartedAnew) ? 1 : crypto.getRandomValues(new Uint32Array(1))[0];
}

/** The seed of a scenario, which stands in the plan. @param seed That of the run. */
export function seedOfScenario(
  { profiles, evidence }: Played,
  seed: number,
): number {
  const devices = Object.entries(profiles);
  if (devices.every(([, device]) => isStartedAnew(device))) return seed;
  // Of two pairs of devices that meet in turn both play what has the same name in the run of each.
  const who = devices.map(([node, { name }]) => `${node} ${name}`);
  return crc32([evidence, ...who].join("\n"), seed);
}

/** The seed of a scenario when it runs again. */
export function seedOfRerun(
  planned: Played,
  seed: number,
): number {
  const first = seedOfScenario(planned, seed);
  return Object.values(planned.profiles).every(isStartedAnew) ? first : seedAgain(first);
}
