/** What apt knows of the host's mirrors, asked without privileges. */
import { join } from "../../../suites/kit/paths.ts";

/** How packages are fetched; other means than apt are for tests. */
export interface PackageSource {
  /** Puts a `.deb` file for each package, and for each that it depends on, into the folder. */
  fetch(packages: readonly string[], folder: string): Promise<void>;
}

/**
 * Dependencies that only the scripts of an installation use, or the management of users: nothing is
 * installed here, so nobody ever runs them.
 */
const UNUSED = new Set([
  ...["debconf", "cdebconf", "dpkg", "install-info", "init-system-helpers", "lsb-base", "procps"],
  ...["perl", "perl-base", "libpam-runtime", "libpam-modules", "libpam-modules-bin", "libcap2-bin"],
  ...["sysvinit-utils", "gcc-12-base", "gcc-14-base", "libaudit-common", "usrmerge"],
]);

/** The packages that the host's apt knows. */
export const APT: PackageSource = {
  async fetch(packages, folder) {
    const all = await withDependencies(packages, folder);
    // Root would drop to a user who cannot write here; an ordinary user has nothing to drop.
    await run(["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", ...all], folder);
  },
};

/** Unpacks every package file of a folder into a root; gives their names. */
export async function unpackAll(folder: string, root: string): Promise<string[]> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".deb")).sort();
  if (names.length === 0) throw new Error("no package file was fetched");
  for (const name of names) await run(["dpkg-deb", "-x", join(folder, name), root], folder);
  return names;
}

async function withDependencies(packages: readonly string[], cwd: string): Promise<string[]> {
  const leave = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"]
    .map((kind) => `--no-${kind}`);
  return closure(
    packages,
    await run(["apt-cache", "depends", "--recurse", ...leave, ...packages], cwd),
  );
}

/**
 * The packages and all that they depend on, the first of several alternatives.
 * @param listing What `apt-cache depends --recurse` prints: a package at the margin, below it
 * `  Depends: NAME`, with `|` before it where the next line is an alternative.
 */
export function closure(packages: readonly string[], listing: string): string[] {
  const needs = new Map<string, string[]>();
  let current: string[] = [];
  let alternative = false;
  for (const line of listing.split("\n")) {
    const [, bar, name] = /^ ([ |])(?:Pre)?Depends: (\S+)/.exec(line) ?? [];
    if (name !== undefined) {
      // A name in angle brackets is a virtual package: some other one provides it.
      if (!alternative && !name.startsWith("<")) current.push(name);
      alternative = bar === "|";
    } else if (/^\S/.test(line)) needs.set(line.trim(), current = []);
  }
  const found = new Set<string>();
  const left = [...packages];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name) || (UNUSED.has(name) && !packages.includes(name))) continue;
    found.add(name);
    left.push(...needs.get(name) ?? []);
  }
  return [...found].sort();
}

/** Runs a command; gives its output. @throws {Error} With the first line of its complaint. */
async function run([command, ...args]: string[], cwd: string): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    const env = { LC_ALL: "C" };
    output = await new Deno.Command(command, { args, cwd, env, stdin: "null" }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`${command} is not installed`);
    throw error;
  }
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout);
  const lines = text.decode(output.stderr).trim().split("\n");
  throw new Error(`${command} says: ${lines.find((line) => line.startsWith("E:")) ?? lines[0]}`);
}
