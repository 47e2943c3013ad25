import type { Command } from "commander";

/** Adds `lab` with its parts to the program. */
export function register(program: Command): void {
  const lab = program.command("lab")
    .summary("a lab to work in by hand")
    .description("Brings a scenario's topology up with its reference peers, to work in by hand.")
    .addHelpText(
      "after",
      `
Examples:
  plumbline lab list
  plumbline lab up figure_3
  plumbline lab exec figure_3 client -- ping -c 1 10.2.1.2`,
    );
  lab.command("up")
    .argument("<topology>", "its name, as lab list shows it")
    .description("Brings the lab up and keeps it until Ctrl-C.")
    .action(async (topology: string) => {
      const { up } = await import("./lab_run.ts");
      Deno.exitCode = await up(topology);
    });
  lab.command("down")
    .argument("<topology>", "name of a lab that is up")
    .description("Takes a lab down that is up elsewhere.")
    .action(async (topology: string) => {
      const { down } = await import("./lab_run.ts");
      Deno.exitCode = down(topology);
    });
  lab.command("exec")
    .argument("<topology>", "name of a lab that is up")
    .argument("<node>", "whose place to take")
    .argument("[command...]", "what to run there; a shell by default")
    .description("Runs a command at a node of a lab that is up.")
    .action(async (topology: string, node: string, command: string[]) => {
      const { execute } = await import("./lab_run.ts");
      Deno.exitCode = await execute(topology, node, command);
    });
  lab.command("list")
    .description("Lists the topologies, and which of them are up.")
    .action(async () => {
      const { list } = await import("./lab_run.ts");
      await list();
      Deno.exitCode = 0;
    });
  lab.command("images")
    .description(
      "Builds the images of the compose lab. Where no registry answers, what they are made from is " +
        "made of Debian's packages (by mmdebstrap).",
    )
    .option("--third-parties", "those of lab/devices/images as well")
    .action(async (options: { thirdParties?: boolean }) => {
      const { images } = await import("./lab_images_run.ts");
      await images(options.thirdParties ?? false);
      Deno.exitCode = 0;
    });
  for (const part of lab.commands) {
    part.configureOutput({ writeErr: () => {} }).exitOverride();
  }
}
