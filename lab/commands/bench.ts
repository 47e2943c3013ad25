import { Argument, type Command } from "commander";
import { whole } from "./usage.ts";

/** Options of `bench` as the command line gives them. */
export interface BenchOptions {
  /** Megabytes of each generated capture. */
  size: number;
  rounds: number;
  json?: boolean;
}

/** Adds `bench` to the program. */
export function register(program: Command): void {
  program.command("bench")
    .summary("measure, side by side with the rivals installed")
    .description(
      "Generates captures in a temporary folder, and measures reading and judging them: our own\n" +
        "rungs and whatever is installed of cat, capinfos, tcpdump, tshark, nfpcapd, tcptrace,\n" +
        "pcap-parser (npm), scapy and dpkt, in turn, in one run.",
    )
    .addArgument(new Argument("[name...]", "what to measure").choices(["captures"]))
    .option("--size <MB>", "megabytes of each capture", whole(1), 1024)
    .option("--rounds <n>", "runs of each program, of which the best counts", whole(1), 3)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Examples:
  plumbline bench captures
  plumbline bench captures --size 4096 --rounds 5
  plumbline bench captures --size 64 --json`,
    )
    .action(async (_names: string[], options: BenchOptions) => {
      const { bench } = await import("./bench_run.ts");
      Deno.exitCode = await bench(options);
    });
}
