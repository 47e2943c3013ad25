import type { Command } from "commander";
import { collect, prefix, whole, words } from "./usage.ts";
import type { CertifyOptions } from "./certify_run.ts";

/** Adds `certify` to the program. */
export function register(program: Command): void {
  program.command("certify")
    .summary("run the lab, capture, judge, report")
    .description(
      "Brings up the lab, puts devices through the scenarios, captures, judges, and writes a run " +
        "directory. Without --device the reference peers play every role.",
    )
    .option("--device <file|name>", "profile of a device under test; may be repeated", collect)
    .option("--suite <word,…>", "only these systems", words)
    .option("--check <prefix>", "only checks whose id begins with this", prefix)
    .option("--class <name,…>", "only scenarios of these classes", words)
    .option(
      "--world <netns|memory|compose>",
      "where scenarios run",
      Deno.env.get("PLUMBLINE_WORLD") ?? "netns",
    )
    .option("--seed <n>", "seed of everything random", whole(0), 1)
    .option("--out <dir>", "run directory (default: runs/<date>-<n>)")
    .option("--jobs <n>", "scenarios at a time, where they do not load the machine", whole(1))
    .option("--json", "print report.json instead of the summary")
    .addHelpText(
      "after",
      `
Examples:
  plumbline certify
  plumbline certify --world memory --suite core_identity --class F7
  plumbline certify --device box.json --out box-run
  plumbline certify --device null_mirror --json > report.json`,
    )
    .action(async (options: CertifyOptions) => {
      const { certify } = await import("./certify_run.ts");
      Deno.exitCode = await certify(options);
    });
}
