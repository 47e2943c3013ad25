/** Whether a third party's device can be played in a test. */
import { loadProfile } from "../../../commands/devices.ts";
import { available } from "../../../worlds/netns/enter.ts";
import { packagesOf } from "../registry.ts";
import { provideRoot, unpackedRoot } from "../../packages/packages.ts";

const namespaces = await available();

/**
 * Why a device cannot be played here; undefined where it can. It takes namespaces, and Debian's
 * packages in the cache; where the variable CI is set these are fetched.
 */
export async function lack(device: string): Promise<string | undefined> {
  if (!namespaces.ok) return namespaces.reason;
  const packages = packagesOf(await loadProfile(device));
  if (await unpackedRoot(packages) !== undefined) return undefined;
  if (Deno.env.get("CI") === undefined) {
    return `its packages are not there: deno run -A lab/devices/packages/fetch.ts ${device}`;
  }
  return await provideRoot(packages).then(() => undefined, (error: Error) => error.message);
}
