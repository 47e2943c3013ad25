import type { Command } from "commander";
import { prefix, words } from "./usage.ts";
import type { CheckOptions } from "./check_run.ts";

/** Adds `check` to the program. */
export function register(program: Command): void {
  program.command("check")
    .summary("judge captures alone, or the evidence of a run again")
    .description(
      "Says what the conversations in captures came to and what in them breaks a specification, " +
        "or judges every verdict of a run directory anew. Captures tell themselves who is who; " +
        "a profile adds what its device declares, and where each capture was taken.",
    )
    .argument(
      "<capture|dir...>",
      "captures (- is standard input), or one run or evidence directory",
    )
    .option("--profile <file|name>", "profile of a device that the captures show")
    .option("--suite <word,…>", "only these systems", words)
    .option("--check <prefix>", "only checks whose id begins with this", prefix)
    .option("--annotate <file>", "write the capture again, with what was found on its frames")
    .option("--second-opinion", "have scapy read the frames that failures cite, and compare")
    .option("--out <dir>", "write a report there")
    .option("--json", "print report.json instead of the summary")
    .addHelpText(
      "after",
      `
Examples:
  plumbline check tunnel.pcap
  plumbline check tunnel.pcap --annotate found.pcapng   # for Wireshark
  plumbline check --profile box.json wan-a.pcapng wan-b.pcapng
  plumbline check --profile card.json before.pcap after.pcap   # of a card
  plumbline check runs/2026-01-31-1
  plumbline check runs/2026-01-31-1/evidence/core_identity/7/affinity --json`,
    )
    .action(async (inputs: string[], options: CheckOptions) => {
      const { check } = await import("./check_run.ts");
      Deno.exitCode = await check(inputs, options);
    });
}
