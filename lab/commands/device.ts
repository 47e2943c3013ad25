import type { Command } from "commander";
import { collect, whole, words } from "./usage.ts";
import type { InitOptions } from "./device_init.ts";

/** Adds `device` with its parts to the program. */
export function register(program: Command): void {
  const device = program.command("device")
    .summary("write, check and try the profile of a device")
    .description(
      "Writes the profile of a device of yours, checks it, and tries the device before any suite runs. " +
        "device contract KIND says what a device of that kind is told and what is asked of it.",
    )
    .addHelpText(
      "after",
      `
Examples:
  plumbline device init
  plumbline device init --name box --kind process --role lns --command ./box.sh
  plumbline device validate box.json
  plumbline device probe box.json
  plumbline certify --device box.json`,
    );
  device.command("init")
    .description("Writes a profile, asking on a terminal for what no option tells.")
    .option("--name <name>", "how reports call it")
    .option("--kind <kind>", "how it is reached: see device contract")
    .option("--role <role,…>", "roles that it plays", words)
    .option("--class <name,…>", "classes and options that it declares", words)
    .option("--command <word>", "of a process: program, then arguments; may be repeated", collect)
    .option("--script <file>", "of a Linux kernel in a box: the script that runs in it")
    .option("--ready <text>", "text of a line that says it is ready")
    .option("--package <name,…>", "Debian packages that it needs", words)
    .option("--parameter <name=value>", "what the device declares of a choice; repeatable", collect)
    .option("--cable <node-interface=interface>", "of an interface; may be repeated", collect)
    .option("--out <file>", "where the profile goes (default: NAME.json)")
    .action(async (options: InitOptions) => {
      const { init } = await import("./device_init.ts");
      Deno.exitCode = await init(options);
    });
  device.command("validate")
    .argument("<file|name>", "profile")
    .description(
      "Checks a profile: every error with its line, its column and the nearest right word.",
    )
    .action(async (file: string) => {
      const { validate } = await import("./device_run.ts");
      Deno.exitCode = await validate(file);
    });
  device.command("probe")
    .argument("<file|name>", "profile")
    .option("--suite <word,…>", "only these systems", words)
    .option(
      "--seed <n>",
      "seed of everything random (default: 1, or any for a device that lasts)",
      whole(0),
    )
    .description(
      "Starts the device in each of its roles and says whether it becomes ready and answers. Exits with " +
        "0 when it does, with 1 when it does not.",
    )
    .action(async (file: string, options: { suite?: string[]; seed?: number }) => {
      const { probe } = await import("./device_run.ts");
      Deno.exitCode = await probe(file, options);
    });
  device.command("contract")
    .argument("[kind]", "one kind; all of them without")
    .description(
      "Says what a device of a kind is told, how it is known to be ready, where it logs.",
    )
    .action(async (kind?: string) => {
      const { contract } = await import("./device_run.ts");
      Deno.exitCode = contract(kind);
    });
  for (const part of device.commands) part.configureOutput({ writeErr: () => {} }).exitOverride();
}
