/**
 * Folders for files that nobody needs afterwards. Who is killed removes nothing: so each process holds
 * a lock on its folders, of which the kernel lets go with its end, and whoever needs the next folder
 * removes those that nobody holds. A lock is the same from every namespace, which a number of a process
 * is not: a lab's processes have numbers of their own, and so has each container.
 */
import { statfsSync } from "node:fs";
import { join } from "../suites/kit/paths.ts";

/** Octets that a file system in memory must have for what is kept there: a container's often has few. */
const ENOUGH = 1 << 30;

/** Where files cost no disk: Linux has a file system in memory there; elsewhere the usual place. */
export const MEMORY = roomy("/dev/shm") ? "/dev/shm" : undefined;

function roomy(place: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= ENOUGH;
  } catch {
    return false;
  }
}

/** Names: purpose, something random, and that it is held. */
const NAME = /^plumbline-[a-z]+-[^.]+\.held$/;

/** What this process holds, by folder. */
const held = new Map<string, Deno.FsFile>();

/**
 * Makes a folder of this process.
 * @param purpose A word of lower-case letters.
 * @param place Where to make it; the usual place unless told.
 */
export async function temporaryFolder(purpose: string, place?: string): Promise<string> {
  const folder = await makeHeld(`plumbline-${purpose}-`, place);
  // Locks of folders that were removed meanwhile are of no use.
  for (const [path, lock] of held) {
    if (await Deno.lstat(path).then(() => false, () => true)) {
      held.delete(path);
      lock.close();
    }
  }
  await removeStale(join(folder, ".."));
  return folder;
}

/** Makes a folder and holds it: between the two, another may have taken it for one that nobody holds. */
async function makeHeld(prefix: string, dir: string | undefined): Promise<string> {
  for (;;) {
    const folder = await Deno.makeTempDir({ prefix, suffix: ".held", dir });
    const lock = await lockOf(folder);
    if (lock === undefined) continue;
    held.set(folder, lock);
    if (await isThere(folder, lock)) return folder;
    held.delete(folder);
    lock.close();
  }
}

/** The lock of a folder that nobody holds; undefined when somebody does, or it is gone. */
async function lockOf(folder: string): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(folder).catch(() => undefined);
  if (await file?.tryLock(true).catch(() => false)) return file;
  file?.close();
}

/** Whether a folder is the one that was locked under its name. */
async function isThere(folder: string, lock: Deno.FsFile): Promise<boolean> {
  const now = await Deno.lstat(folder).catch(() => undefined);
  return now !== undefined && now.ino === (await lock.stat()).ino;
}

/** Removes the folders of this user in a place that nobody holds any more. */
async function removeStale(place: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(place)) {
    if (!NAME.test(name) || !isDirectory) continue;
    const path = join(place, name);
    if (held.has(path)) continue;
    // Names are anybody's to choose: another user's folder stays where it is.
    const owner = (await Deno.lstat(path).catch(() => undefined))?.uid;
    if (owner !== Deno.uid()) continue;
    const lock = await lockOf(path);
    if (lock !== undefined) await Deno.remove(path, { recursive: true }).catch(() => {});
    lock?.close();
  }
}
