import type { Command } from "commander";
import type { MergeOptions } from "./merge_run.ts";

/** Adds `merge` to the program. */
export function register(program: Command): void {
  program.command("merge")
    .summary("put the shards of a run together, and judge it anew")
    .description(
      "Takes the run directories that certify --shard left, or folders that hold them, copies their " +
        "evidence into one run, and judges that as a whole. What was to be in a shard that is missing " +
        "is inconclusive. A shard that is there twice, of another run, unfinished or changed is refused. " +
        "What interop --shard and mutants --shard --json left is put together likewise.",
    )
    .argument("<dir...>", "run directories of shards, or folders of such; files of mutants --json")
    .option("--out <dir>", "run directory of the whole (default: runs/<date>-<n>)")
    .option("--json", "print report.json instead of the summary")
    .addHelpText(
      "after",
      `
Exit codes are those of certify. Where something is refused (2) nothing is
written.

Examples:
  plumbline certify --shard 1/2 --out shards/1     on one machine
  plumbline certify --shard 2/2 --out shards/2     on another
  plumbline merge shards --out whole               on whichever has both`,
    )
    .action(async (directories: string[], options: MergeOptions) => {
      const { merge } = await import("./merge_run.ts");
      Deno.exitCode = await merge(directories, options);
    });
}
