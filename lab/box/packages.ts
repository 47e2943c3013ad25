/**
 * Debian packages without installing them: fetched into the user's cache and unpacked into a folder
 * that stands for `/`. Nothing of the host changes, and no privileges are needed.
 */
import { join } from "../../suites/paths.ts";
import { cacheFolder } from "./cache.ts";

/** Names a file whose presence says that a root is complete; it lists package files, one a line. */
const CONTENTS = "packages.txt";

/** How packages are fetched; other means than apt are for tests. */
export interface PackageSource {
  /** Puts one `.deb` file for each package into the folder. */
  fetch(packages: readonly string[], folder: string): Promise<void>;
}

/** The packages that the host's apt knows. */
export const APT: PackageSource = {
  async fetch(packages, folder) {
    // Root would drop to a user who cannot write here; an ordinary user has nothing to drop.
    const options = ["-q", "-o", "APT::Sandbox::User=root"];
    await run(["apt-get", "download", ...options, ...packages], folder);
  },
};

/**
 * The folder with the unpacked packages, or undefined when it has not been made yet. Looks only.
 * @param packages Names as Debian has them, every library included.
 */
export async function unpackedRoot(packages: readonly string[]): Promise<string | undefined> {
  const root = await rootOf(packages);
  try {
    await Deno.stat(join(root, CONTENTS));
    return root;
  } catch {
    return undefined;
  }
}

/**
 * Fetches and unpacks packages unless they are there already, and gives the folder.
 * @throws {Error} In one line that says what to install where fetching is not possible.
 */
export async function provideRoot(
  packages: readonly string[],
  source: PackageSource = APT,
): Promise<string> {
  const there = await unpackedRoot(packages);
  if (there !== undefined) return there;
  const root = await rootOf(packages);
  const parts = `${root}.${crypto.randomUUID()}`;
  const debs = join(parts, "debs");
  const files = join(parts, "root");
  try {
    await Deno.mkdir(debs, { recursive: true });
    await Deno.mkdir(files);
    await source.fetch(packages, debs);
    await unpack(debs, files);
    // All at once, so that nobody ever sees half a root.
    await Deno.rename(files, root).catch(async (error) => {
      if (await unpackedRoot(packages) === undefined) throw error;
    });
    return root;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot provide the packages of a device as ${why}; ` +
        `on a machine with apt and a mirror this works: apt-get download ${packages.join(" ")}`,
    );
  } finally {
    await Deno.remove(parts, { recursive: true }).catch(() => {});
  }
}

async function unpack(debs: string, root: string): Promise<void> {
  const names = [...Deno.readDirSync(debs)].map(({ name }) => name)
    .filter((name) => name.endsWith(".deb")).sort();
  if (names.length === 0) throw new Error("no package file was fetched");
  for (const name of names) await run(["dpkg-deb", "-x", join(debs, name), root], debs);
  await Deno.writeTextFile(join(root, CONTENTS), names.join("\n") + "\n");
}

/** One folder for each set of packages. */
async function rootOf(packages: readonly string[]): Promise<string> {
  const set = [...new Set(packages)].sort().join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(set));
  return cacheFolder("roots", new Uint8Array(digest).toHex().slice(0, 16));
}

async function run([command, ...args]: string[], cwd: string): Promise<void> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, { args, cwd, stdin: "null" }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`${command} is not installed`);
    throw error;
  }
  if (output.success) return;
  const said = new TextDecoder().decode(output.stderr).trim().split("\n")[0];
  throw new Error(`${command} says: ${said}`);
}
