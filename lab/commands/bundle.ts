import type { Command } from "commander";

/** Adds `bundle` to the program. */
export function register(program: Command): void {
  program.command("bundle")
    .summary("make one archive of a run, for verify on another machine")
    .description(
      "Makes one archive (tar within gzip) of a run directory with all that its manifest lists and its " +
        "certificate, if it has one. The same run gives the same octets.",
    )
    .argument("<dir>", "run directory")
    .argument("<out>", "the archive, such as box.tar.gz: it must not exist")
    .addHelpText(
      "after",
      `
Example:
  plumbline bundle runs/2026-01-31-1 box.tar.gz`,
    )
    .action(async (directory: string, out: string) => {
      const { bundle } = await import("./bundle_run.ts");
      Deno.exitCode = await bundle(directory, out);
    });
}
