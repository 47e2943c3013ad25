import type { Command } from "commander";
import { date } from "./usage.ts";
import type { VerifyOptions } from "./verify_run.ts";

/** Adds `verify` to the program. */
export function register(program: Command): void {
  program.command("verify")
    .summary("hold a run or a bundle against its signature, its plan and its evidence")
    .description(
      "Recomputes the signature, the hash of every file, what the devices owed, every verdict and the " +
        "pages, and names what is not as it was signed. Needs no network and no lab. Exits with 0 when " +
        "all of it holds, a trusted key signed it, and the verdict is conformant; with 1 when something " +
        "was changed, forged or is over, or the verdict is not conformant; with 3 when something is not " +
        "proven.",
    )
    .argument("<dir|bundle>", "run directory, or what bundle made of one")
    .option("--key <file>", "public key of the lab that you trust, from a source that you trust")
    .option("--at <day>", "the day on which it must hold, YYYY-MM-DD (default: today)", date)
    .option("--json", "print what was found as JSON")
    .addHelpText(
      "after",
      `
Examples:
  plumbline verify box.tar.gz --key lab.key.pub
  plumbline verify runs/2026-01-31-1 --key lab.key.pub --json`,
    )
    .action(async (path: string, options: VerifyOptions) => {
      const { verify } = await import("./verify_run.ts");
      Deno.exitCode = await verify(path, options);
    });
}
