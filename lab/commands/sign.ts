import type { Command } from "commander";
import { whole } from "./usage.ts";
import type { SignOptions } from "./sign_run.ts";

/** Adds `sign` to the program. */
export function register(program: Command): void {
  program.command("sign")
    .summary("sign a run that is there")
    .description(
      "Verifies a run directory as verify does, and writes its certificate (certificate.json), the " +
        "signature (certificate.sig) and a page to print (certificate.html). What does not hold is not " +
        "signed. What the run came to is no condition: the certificate says it.",
    )
    .argument("<dir>", "run directory")
    .requiredOption("--key <file>", "private key of the lab, as key new makes it")
    .option("--days <n>", "days for which the certificate holds at most", whole(1), 365)
    .addHelpText(
      "after",
      `
Example:
  plumbline sign runs/2026-01-31-1 --key lab.key`,
    )
    .action(async (directory: string, options: SignOptions) => {
      const { signExisting } = await import("./sign_run.ts");
      Deno.exitCode = await signExisting(directory, options);
    });
}
