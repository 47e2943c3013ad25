/** What tests of other people's software need of the machine. */
import { provideRoot, unpackedRoot } from "../packages/packages.ts";

/**
 * Why the packages of a device are not here; undefined where they are. Where the variable CI is set
 * they are fetched, by whichever test comes first.
 * @param device The name of its profile.
 */
export async function lackOfPackages(
  device: string,
  packages: readonly string[],
): Promise<string | undefined> {
  if (await unpackedRoot(packages) !== undefined) return undefined;
  if (Deno.env.get("CI") === undefined) {
    return `its packages are not there: deno run -A lab/devices/packages/fetch.ts ${device}`;
  }
  return await provideRoot(packages).then(() => undefined, (error: Error) => error.message);
}
