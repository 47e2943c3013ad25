import type { Command } from "commander";
import { whole } from "./usage.ts";
import type { PeerOptions } from "./peer_run.ts";

/** Adds `peer` to the program. */
export function register(program: Command): void {
  program.command("peer")
    .argument("<role>", "role to play, such as sender or receiver")
    .summary("one reference peer in the present namespace")
    .description(
      "Runs one reference peer: WAN ports are UDP sockets on the addresses of its configuration, " +
        "the LAN port is the interface plumb0. Ends on SIGINT or SIGTERM.",
    )
    .requiredOption("--config <file>", "configuration of the peer, JSON")
    .option("--suite <word>", "system it belongs to", "core_identity")
    .option("--node <name>", "name in its trace (default: the role)")
    .option("--trace <dir>", "where its trace goes", ".")
    .option("--seed <n>", "seed of everything random", whole(0), 1)
    .option("--tun", "make the TUN device plumb0 if there is none")
    .addHelpText(
      "after",
      `
Example:
  ip netns exec far plumbline peer receiver --config receiver.json --tun`,
    )
    .action(async (role: string, options: PeerOptions) => {
      const { runPeer } = await import("./peer_run.ts");
      Deno.exitCode = await runPeer(role, options);
    });
}
