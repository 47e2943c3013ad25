/**
 * Folders for files that nobody needs afterwards. Who is killed removes nothing: so each folder's name
 * says which process it is of, and whoever needs the next one removes what processes have left that are
 * no more.
 */
import { statfsSync } from "node:fs";
import { join } from "../suites/kit/paths.ts";

/** Octets that a place in memory must have room for: several threads leave evidence of 60 MB each. */
const ROOM = 1 << 29;

/** Where files cost no disk, on a Linux that has room for them there; elsewhere the usual place. */
export const MEMORY = hasRoom("/dev/shm") ? "/dev/shm" : undefined;

function hasRoom(place: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

/**
 * Names: purpose, process, when that began (in ticks since the machine did), the namespace that counts
 * processes, and something random.
 */
const NAME = /^plumbline-[a-z]+-(\d+)\.(\d+)\.(\d+)-/;

/**
 * Makes a folder of this process.
 * @param purpose A word of lower-case letters.
 * @param place Where to make it; the usual place unless told.
 */
export async function temporaryFolder(purpose: string, place?: string): Promise<string> {
  const begin = beginOf(Deno.pid), namespace = processNamespace();
  const name = `plumbline-${purpose}-${Deno.pid}.${begin ?? 0}.${namespace ?? 0}-`;
  const folder = await Deno.makeTempDir({ prefix: name, dir: place });
  // Where nobody tells what lives, nothing is taken for dead.
  if (begin !== undefined && namespace !== undefined) {
    await removeStale(join(folder, ".."), namespace);
  }
  return folder;
}

/** Removes what processes of this user have left in a place that are no more. */
async function removeStale(place: string, namespace: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(place)) {
    const [, pid, begin, counted] = NAME.exec(name) ?? [];
    if (counted !== namespace || !isDirectory || beginOf(Number(pid)) === begin) continue;
    const path = join(place, name);
    // Names are anybody's to choose: another user's folder stays where it is.
    const owner = (await Deno.lstat(path).catch(() => undefined))?.uid;
    if (owner === Deno.uid()) await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

/** The namespace in which this process has its number; undefined where nobody tells. */
function processNamespace(): string | undefined {
  try {
    return /\d+/.exec(Deno.readLinkSync("/proc/self/ns/pid"))?.[0];
  } catch {
    return undefined;
  }
}

/** When a process began; undefined when there is none, or nobody tells. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // Behind the name, which may hold anything, the state is the third field and this the 22nd.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
