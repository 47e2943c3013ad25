import { projectSuite } from "../../suites/registry.ts";
import type { Command } from "commander";
import { print, printJson } from "./usage.ts";

/** Adds `report` to the program. */
export function register(program: Command): void {
  program.command("report")
    .summary("render a run directory again")
    .description(
      "Renders report.html, summary.md and junit.xml of a run directory again, from its " +
        "report.json and its evidence.",
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
      const { renderAgain } = await import("../../suites/report/write.ts");
      const report = await renderAgain(directory, { suiteOf: projectSuite });
      if (options.json) printJson(report);
      else print(`Report: ${directory.replace(/\/+$/, "")}/report.html`);
    });
}
