import type { Profile } from "../../../suites/kit/profile.ts";
import { packagesOf } from "../kinds/registry.ts";
import { provideRoot, unpackedRoot } from "./packages.ts";

/**
 * Provides the packages of devices: to be called where the network is in reach, as it is not within
 * the lab's namespaces.
 * @throws {Error} In one line that says what to do where fetching is not possible.
 */
export async function provideDevices(
  profiles: readonly Profile[],
  progress?: (line: string) => void,
): Promise<void> {
  for (const profile of profiles) {
    const packages = packagesOf(profile);
    if (packages.length === 0 || await unpackedRoot(packages) !== undefined) continue;
    progress?.(`fetching ${packages.join(", ")} for ${profile.name}`);
    await provideRoot(packages);
  }
}
