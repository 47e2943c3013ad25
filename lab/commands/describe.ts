import type { Command } from "commander";
import type { DescribeOptions } from "./describe_run.ts";

/** Adds `describe` to the program. */
export function register(program: Command): void {
  program.command("describe")
    .summary("one line per packet, with our dissection")
    .description(
      "Describes every packet of captures (pcap or pcapng, plain, gzip or zstd; - is standard\n" +
        "input), and says where and why a packet or the file stopped making sense.",
    )
    .argument("<capture...>", "captures")
    .option("--json", "print one JSON document with every field")
    .option("--count", "print only how many packets each capture holds")
    .addHelpText(
      "after",
      `
Examples:
  plumbline describe wan.pcapng
  plumbline describe --count *.pcap
  plumbline describe --json wan.pcapng | jq '.[0].layers'`,
    )
    .action(async (captures: string[], options: DescribeOptions) => {
      const { describeCaptures } = await import("./describe_run.ts");
      Deno.exitCode = await describeCaptures(captures, options);
    });
}
