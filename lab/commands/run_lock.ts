import { join } from "../../suites/kit/paths.ts";
import { UsageError } from "./usage.ts";

/** Files whose locks hold as long as this program runs: the kernel takes them back, however it ends. */
const held: Deno.FsFile[] = [];

/**
 * Keeps other programs from working on the run in a directory, as long as this one runs.
 * @throws {UsageError} When another one is at work on it.
 */
export function lockRun(directory: string): void {
  const file = Deno.openSync(join(directory, "plan.json"));
  if (!file.tryLockSync(true)) {
    file.close();
    throw new UsageError(
      `Cannot work on the run in ${directory} as another program is at work on it`,
    );
  }
  held.push(file);
}
