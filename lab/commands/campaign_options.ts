import type { Command } from "commander";
import { prefix, whole, words } from "./usage.ts";

/** Adds what says which scenarios are played, where, and from which seed. */
export function campaignOptions(command: Command): Command {
  return command
    .option("--suite <word,…>", "only these systems", words)
    .option("--check <prefix>", "only checks whose id begins with this", prefix)
    .option("--class <name,…>", "only scenarios of these classes", words)
    .option(
      "--world <netns|memory|compose>",
      "where scenarios run",
      Deno.env.get("PLUMBLINE_WORLD") ?? "netns",
    )
    .option(
      "--seed <n>",
      "seed of everything random (default: 1, or any for a device that lasts)",
      whole(0),
    );
}
