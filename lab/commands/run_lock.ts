import { join } from "../../suites/kit/paths.ts";
import { UsageError } from "./usage.ts";

/** Files whose locks hold as long as this program runs: the kernel takes them back, however it ends. */
const held: Deno.FsFile[] = [];

/**
 * Keeps other programs from working on the run in a directory, as long as this one runs.
 * @param name Of the file in it that is locked: one that is not written anew. It is made where it is
 * no part of the run.
 * @throws {UsageError} When another one is at work on it.
 */
export function lockRun(directory: string, name = "plan.json"): void {
  const file = Deno.openSync(
    join(directory, name),
    name === "plan.json" ? { read: true } : { write: true, create: true },
  );
  if (!file.tryLockSync(true)) {
    file.close();
    throw new UsageError(
      `Cannot work on the run in ${directory} as another program is at work on it`,
    );
  }
  held.push(file);
}
