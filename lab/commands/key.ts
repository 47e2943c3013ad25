import type { Command } from "commander";

/** Adds `key` with its parts to the program. */
export function register(program: Command): void {
  const key = program.command("key")
    .summary("make and show the keys that certificates are signed with")
    .description(
      "Makes and shows Ed25519 keys in PEM. The private key signs (certify --sign, sign); whoever is to " +
        "verify gets the public key, or its fingerprint, by a way that they trust.",
    )
    .addHelpText(
      "after",
      `
Examples:
  plumbline key new lab.key        # and lab.key.pub beside it
  plumbline key show lab.key.pub
  plumbline certify --device box.json --sign lab.key`,
    );
  key.command("new")
    .argument("<file>", "where the private key goes; its public key goes to FILE.pub")
    .description("Makes a key pair. Nothing that exists is replaced.")
    .action(async (file: string) => {
      const { makeKey } = await import("./key_run.ts");
      Deno.exitCode = makeKey(file);
    });
  key.command("show")
    .argument("<file>", "a private or a public key")
    .description("Shows the fingerprint of a key and its public part, never the private one.")
    .action(async (file: string) => {
      const { showKey } = await import("./key_run.ts");
      Deno.exitCode = showKey(file);
    });
  for (const part of key.commands) part.configureOutput({ writeErr: () => {} }).exitOverride();
}
