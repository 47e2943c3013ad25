import type { Command } from "commander";

/** Adds `report` to the program. */
export function register(program: Command): void {
  program.command("report")
    .summary("judge a run directory again and write its report anew")
    .description(
      "Judges the evidence of a run directory again, and writes report.json, report.html, summary.md " +
        "and junit.xml anew: what stood there before is not believed. Exits with 3 when it said " +
        "something that the evidence does not.",
    )
    .argument("<dir>", "run directory")
    .option("--json", "print report.json")
    .addHelpText(
      "after",
      `
Example:
  plumbline report runs/2026-01-31-1`,
    )
    .action(async (directory: string, options: { json?: boolean }) => {
      const { report } = await import("./report_run.ts");
      Deno.exitCode = await report(directory, options);
    });
}
