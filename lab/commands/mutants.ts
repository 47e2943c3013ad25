import type { Command } from "commander";
import { words } from "./usage.ts";
import type { MutantsOptions } from "./mutants_run.ts";

/** Adds `mutants` to the program. */
export function register(program: Command): void {
  program.command("mutants")
    .summary("prove that the checks catch wrong devices")
    .description(
      "Puts a reference peer with one rule replaced through the scenarios, once for every mutant,\n" +
        "and says which check caught it. Exit code 1 when one survives, when an unrelated check\n" +
        "fails, or when a MUST in scope has no check or no mutant.",
    )
    .option("--suite <word,…>", "only these systems", words)
    .option("--mutant <prefix>", "only mutants whose id begins with this")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Examples:
  plumbline mutants
  plumbline mutants --suite core_identity --json
  plumbline mutants --mutant core_identity/receiver/`,
    )
    .action(async (options: MutantsOptions) => {
      const { mutants } = await import("./mutants_run.ts");
      Deno.exitCode = await mutants(options);
    });
}
