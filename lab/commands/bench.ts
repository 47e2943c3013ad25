import { Argument, type Command, InvalidArgumentError } from "commander";
import { whole } from "./usage.ts";

/** What can be measured. */
export const BENCH_NAMES = ["captures", "l2tp"] as const;

/** Name of a bench. */
export type BenchName = typeof BENCH_NAMES[number];

/** Options of `bench` as the command line gives them. */
export interface BenchOptions {
  /** Megabytes of each generated capture. */
  size: number;
  rounds: number;
  /** Tunnels of a round, each number in turn, and how many are established at a time. */
  tunnels: readonly number[];
  window: number;
  /** Sessions to hold, and seconds for which. */
  sessions: number;
  hold: number;
  json?: boolean;
}

/** Parses `1000,10000`: what is given last replaces what was before. */
function numbers(value: string): number[] {
  const found = value.split(",").map(Number);
  if (found.every((number) => Number.isInteger(number) && number > 0 && number <= 60_000)) {
    return found;
  }
  throw new InvalidArgumentError("It must be whole numbers from 1 to 60000 with commas between.");
}

/** Adds `bench` to the program. */
export function register(program: Command): void {
  program.command("bench")
    .summary("measure, side by side with the rivals installed")
    .description(
      "Measures all of these in turn, or those named:\n\n" +
        "captures  reading and judging captures generated in a temporary folder: our own rungs and\n" +
        "          whatever is installed of cat, capinfos, tcpdump, tshark, nfpcapd, tcptrace,\n" +
        "          pcap-parser (npm), scapy and dpkt\n" +
        "l2tp      tunnels established per second, and sessions held, by our initiator and our\n" +
        "          endpoint over a lab of two namespaces, beside xl2tpd under the same initiator",
    )
    .addArgument(new Argument("[name...]", "what to measure").choices(BENCH_NAMES))
    .option("--rounds <n>", "runs of each", whole(1), 3)
    .option("--json", "print one JSON document")
    .option("--size <MB>", "captures: megabytes of each", whole(1), 1024)
    .option("--tunnels <n,...>", "l2tp: tunnels of a round", numbers, [1000, 10_000])
    .option("--window <n>", "l2tp: tunnels established at a time", whole(1), 64)
    .option("--sessions <n>", "l2tp: sessions to hold, 10 in a tunnel", whole(0), 50_000)
    .option("--hold <s>", "l2tp: seconds to hold them", whole(1), 15)
    .addHelpText(
      "after",
      `
Examples:
  plumbline bench captures
  plumbline bench captures --size 4096 --rounds 5
  plumbline bench l2tp
  plumbline bench l2tp --tunnels 20000 --sessions 0 --json`,
    )
    .action(async (names: BenchName[], options: BenchOptions) => {
      const { bench } = await import("./bench_run.ts");
      Deno.exitCode = await bench(names, options);
    });
}
