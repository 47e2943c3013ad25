import type { Command } from "commander";
import { whole, words } from "./usage.ts";
import type { MutantsOptions } from "./mutants_run.ts";

/** Adds `mutants` to the program. */
export function register(program: Command): void {
  program.command("mutants")
    .summary("prove that the checks catch wrong devices")
    .description(
      "Puts a reference peer with one rule replaced through the scenarios, once for every mutant, " +
        "and says which check caught it. MUSTs that have no check or no mutant are listed and counted. " +
        "Exit code 1 when a mutant survives, when an unrelated check fails, or when a MUST is open " +
        "and its suite does not say why. With --from, mutants and legal variants of your own are " +
        "measured instead: exit code 1 also when a check fails what is legal.",
    )
    .option("--suite <word,…>", "only these systems", words)
    .option("--mutant <prefix>", "only mutants whose id begins with this")
    .option("--from <file>", "a TypeScript module with mutants and legal variants of your own")
    .option("--seed <n>", "the first of the four seeds that variants share", whole(0), 1)
    .option("--shard <i/n>", "measure one part of n, from 1; auto/n asks the environment which")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Examples:
  plumbline mutants
  plumbline mutants --suite core_identity --json
  plumbline mutants --mutant core_identity/receiver/
  plumbline mutants --from my_faults.ts --seed 77
  plumbline mutants --shard 1/3 --json > 1.json    then: plumbline merge *.json

A module of --from exports one object, or an array of such:
  export default {
    suite: "l2tp",
    mutants: [{
      id: "mine/lns/stalls", title: "Loses whatever comes in",
      violates: "L2TP-021", role: "lns",
      rules: { wire: { ingress: () => undefined } },
    }],
    legalVariants: [],
  };
A rule that it replaces stands in the machine's record of rules, such as
peers/l2tp/rules/; CONTRIBUTING.md shows an example. Ids must be new;
alsoViolates lists requirements that cannot help being broken as well; a legal
variant has a source that allows it, and no violates.`,
    )
    .action(async (options: MutantsOptions) => {
      const { mutants } = await import("./mutants_run.ts");
      Deno.exitCode = await mutants(options);
    });
}
