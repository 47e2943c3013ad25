import type { Command } from "commander";

/** Adds `compare` to the program. */
export function register(program: Command): void {
  program.command("compare")
    .summary("what changed between two runs")
    .description(
      "Holds the second run against the first: requirements and scenarios that newly fail, that are " +
        "fixed, or that changed otherwise; failures that profiles record (known), new ones, and recorded " +
        "ones that are no longer seen; and what was another in the two runs: device, profile, suites.",
    )
    .argument("<before>", "run directory of the earlier run")
    .argument("<after>", "run directory of the later one")
    .option("--json", "print one JSON document (suites/report/comparison.schema.json)")
    .addHelpText(
      "after",
      `
Exit codes: 0 nothing that is required became worse; 1 something required fails
that did not; 2 one of them is no run that has ended, or its report was changed;
3 nothing required fails anew, but something passed before and was not shown
now, or the runs have nothing in common; 4 a judgement of ours broke down.

Examples:
  plumbline compare runs/2026-01-30-1 runs/2026-01-31-1
  plumbline compare box box-2 --json`,
    )
    .action(async (before: string, after: string, options: { json?: boolean }) => {
      const { compare } = await import("./compare_run.ts");
      Deno.exitCode = await compare(before, after, options);
    });
}
