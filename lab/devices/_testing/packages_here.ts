/** What tests of other people's software need of the machine. */
import { loadProfile } from "../../commands/devices.ts";
import { packagesOf } from "../kinds/registry.ts";
import { provideRoot, unpackedRoot } from "../packages/packages.ts";

/**
 * Why the packages of a device are not here; undefined where they are. Where the variable CI is set
 * they are fetched, by whichever test comes first.
 */
export async function lackOfPackages(device: string): Promise<string | undefined> {
  const packages = packagesOf(await loadProfile(device));
  if (await unpackedRoot(packages) !== undefined) return undefined;
  if (Deno.env.get("CI") === undefined) {
    return `its packages are not there: deno run -A lab/devices/packages/fetch.ts ${device}`;
  }
  return await provideRoot(packages).then(() => undefined, (error: Error) => error.message);
}
