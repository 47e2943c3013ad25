import { Argument, type Command } from "commander";

/** Shells whose completion is known. */
const SHELLS = ["bash", "zsh", "fish"] as const;

/** Adds `completion`, and what its scripts ask, to a program that has all its other commands. */
export function register(program: Command): void {
  program.command("completion")
    .summary("a script that completes words in a shell")
    .description(
      "Prints the script by which a shell completes commands, options, suites, classes, checks and devices.",
    )
    .addArgument(new Argument("<shell>", "which").choices([...SHELLS]))
    .addHelpText(
      "after",
      `
Examples:
  source <(plumbline completion bash)            in ~/.bashrc
  source <(plumbline completion zsh)             in ~/.zshrc
  plumbline completion fish | source             in config.fish

The script calls plumbline by that name. In a clone:
  plumbline() { deno run -A CLONE/lab/main.ts "$@"; }`,
    )
    .action(async (shell: typeof SHELLS[number]) => {
      const { SCRIPTS } = await import("./completion_scripts.ts");
      const { print } = await import("./usage.ts");
      print(SCRIPTS[shell]);
    });
  program.command("complete", { hidden: true })
    .argument("[words...]", "the words so far; the last of them is being typed")
    .action(async (words: string[]) => {
      const { candidates } = await import("./completion_run.ts");
      const { print } = await import("./usage.ts");
      const found = await candidates(program, words);
      if (found.length > 0) print(found.map(({ word, says }) => `${word}\t${says}`).join("\n"));
    });
}
