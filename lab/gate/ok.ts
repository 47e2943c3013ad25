/** The gate that work passes before it is shared: `deno task ok`, or the fast one with `--changed`. */
import { Command } from "commander";
import { fastGate, fullGate } from "./gate.ts";

if (import.meta.main) {
  const program = new Command("ok")
    .usage("[--changed] [--since REF]")
    .description(
      "Checks the repository: format, lint with the rules of the house, types, docs, tests.\n" +
        "Exit code 1 when something is wrong, 2 when it could not be checked.",
    )
    .option("--changed", "only what differs from HEAD, and what depends on it")
    .option("--since <ref>", "only what differs from this commit, and what depends on it")
    .addHelpText(
      "after",
      `
Examples:
  deno task ok                            everything
  deno task ok --changed                  uncommitted work, in seconds
  deno task ok --changed --since main     the work of a branch`,
    )
    .action(async ({ changed, since }: { changed?: boolean; since?: string }) => {
      const isFast = changed === true || since !== undefined;
      const passed = isFast
        ? await fastGate(since ?? "HEAD", console.log)
        : await fullGate(console.log);
      Deno.exit(passed ? 0 : 1);
    });
  try {
    await program.parseAsync(Deno.args, { from: "user" });
  } catch (error) {
    console.error(`ok: ${error instanceof Error ? error.message : error}`);
    Deno.exit(2);
  }
}
