import { Argument, type Command } from "commander";
import { type Kind, KINDS } from "./list_kinds.ts";
import { words } from "./usage.ts";

/** Adds `list` to the program. */
export function register(program: Command): void {
  program.command("list")
    .summary("show the catalogue, with its coverage")
    .description("Lists what the suites consist of, and which check and mutant covers what.")
    .addArgument(new Argument("<kind>", "what to list").choices([...KINDS]))
    .option("--suite <word,…>", "only these systems", words)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Examples:
  plumbline list requirements
  plumbline list checks --suite core_identity
  plumbline list classes --suite l2tp            what a profile may declare
  plumbline list devices --json`,
    )
    .action(async (kind: Kind, options: { suite?: string[]; json?: boolean }) => {
      const { list } = await import("./list_run.ts");
      await list(kind, options);
    });
}
