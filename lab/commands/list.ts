import { Argument, type Command } from "commander";
import { words } from "./usage.ts";

/** What can be listed. */
export const KINDS = [
  "requirements",
  "checks",
  "scenarios",
  "devices",
  "mutants",
  "topologies",
] as const;

/** One of the kinds. */
export type Kind = typeof KINDS[number];

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
  plumbline list devices --json`,
    )
    .action(async (kind: Kind, options: { suite?: string[]; json?: boolean }) => {
      const { list } = await import("./list_run.ts");
      await list(kind, options);
    });
}
