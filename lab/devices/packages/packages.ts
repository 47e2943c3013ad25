/**
 * Debian packages without installing them: fetched into the user's cache and unpacked into a folder
 * that stands for `/`. Nothing of the host changes, and no privileges are needed.
 */
import { join } from "../../../suites/kit/paths.ts";
import { APT, type PackageSource, unpackAll } from "./apt.ts";
import { cacheFolder } from "./cache.ts";

/** Names a file whose presence says that a root is complete; it lists package files, one a line. */
export const CONTENTS = "packages.txt";

/**
 * The folder with the unpacked packages, or undefined when it has not been made yet. Looks only.
 * @param packages Names as Debian has them.
 * @param place Where such folders lie; in the project's cache unless told.
 */
export async function unpackedRoot(
  packages: readonly string[],
  place: string = cacheFolder("roots"),
): Promise<string | undefined> {
  const root = await rootOf(packages, place);
  try {
    await Deno.stat(join(root, CONTENTS));
    return root;
  } catch {
    return undefined;
  }
}

/**
 * Fetches and unpacks packages, with what they depend on, unless they are there already.
 * @returns The folder.
 * @throws {Error} In one line that says what to do where fetching is not possible.
 */
export async function provideRoot(
  packages: readonly string[],
  source: PackageSource = APT,
  place: string = cacheFolder("roots"),
): Promise<string> {
  const there = await unpackedRoot(packages, place);
  if (there !== undefined) return there;
  const root = await rootOf(packages, place);
  const parts = `${root}.${crypto.randomUUID()}`;
  const debs = join(parts, "debs");
  const files = join(parts, "root");
  try {
    await Deno.mkdir(debs, { recursive: true });
    await Deno.mkdir(files);
    await source.fetch(packages, debs);
    const names = await unpackAll(debs, files);
    await Deno.writeTextFile(join(files, CONTENTS), names.join("\n") + "\n");
    // All at once, so that nobody ever sees half a root.
    await Deno.rename(files, root).catch(async (error) => {
      if (await unpackedRoot(packages, place) === undefined) throw error;
    });
    return root;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot fetch the Debian packages ${packages.join(", ")} as ${why}. They are unpacked into ` +
        `${place}, nothing is installed; it takes apt-get, apt-cache and dpkg-deb ` +
        `(packages apt and dpkg) and a mirror in reach: "apt-get update", then again`,
    );
  } finally {
    await Deno.remove(parts, { recursive: true }).catch(() => {});
  }
}

/** One folder for each set of packages. */
async function rootOf(packages: readonly string[], place: string): Promise<string> {
  const set = [...new Set(packages)].sort().join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(set));
  return join(place, new Uint8Array(digest).toHex().slice(0, 16));
}
