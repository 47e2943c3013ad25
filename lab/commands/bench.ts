import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { BENCH_NAMES, type BenchName, type BenchOptions } from "./bench_options.ts";
import { whole } from "./usage.ts";

/** Parses `1000,10000`: what is given last replaces what was before. */
function numbers(value: string): number[] {
  const found = value.split(",").map(Number);
  if (found.every((number) => Number.isInteger(number) && number > 0 && number <= 60_000)) {
    return found;
  }
  throw new InvalidArgumentError("It must be whole numbers from 1 to 60000 with commas between.");
}

/** Makes a parser of whole numbers from `least` to `most`. */
function upTo(most: number, least = 1): (value: string) => number {
  return (value) => {
    const number = whole(least)(value);
    if (number > most) throw new InvalidArgumentError(`It must not be more than ${most}.`);
    return number;
  };
}

/** Adds `bench` to the program. */
export function register(program: Command): void {
  program.command("bench")
    .summary("measure, side by side with the competitors installed")
    .description(
      "Measures all of these in turn, or those named:\n\n" +
        "captures  reading and judging captures generated in a temporary folder:\n" +
        "          our own stages and whatever is installed of cat, capinfos, tcpdump,\n" +
        "          tshark, nfpcapd, tcptrace, pcap-parser (npm), scapy and dpkt\n" +
        "l2tp      tunnels established per second and sessions held, by our\n" +
        "          initiator and our endpoint over a lab of two namespaces, beside\n" +
        "          xl2tpd under the same initiator\n" +
        "cluster   initiators by the thousand against the endpoints of a cluster in\n" +
        "          virtual time, under a flood of forged requests, while endpoints\n" +
        "          and the master die; exit code 1 when a tunnel is lost or doubled\n" +
        "          or a bound is not kept\n" +
        "hostile   memory and time of `check` and `describe` over captures that try to\n" +
        "          exhaust them; exit code 1 when one takes more than it may\n" +
        "offload   segmentation and coalescing of the reference network card, in\n" +
        "          memory, plain and in tunnels, beside a copy of the same frames;\n" +
        "          exit code 1 when octets do not come out as they went in",
    )
    .addArgument(new Argument("[name...]", "what to measure").choices(BENCH_NAMES))
    .option("--rounds <n>", "runs of each", whole(1), 3)
    .option("--json", "print one JSON document")
    .option("--size <MB>", "captures: megabytes of each", whole(1), 1024)
    .option("--tunnels <n,...>", "l2tp: tunnels of a round", numbers, [1000, 10_000])
    .option("--window <n>", "l2tp: tunnels established at a time", whole(1), 64)
    .option("--sessions <n>", "l2tp: sessions to hold, 10 in a tunnel", whole(0), 50_000)
    .option("--hold <s>", "l2tp: seconds to hold them", whole(1), 15)
    .option(
      "--initiators <n>",
      "cluster: one tunnel and one session each",
      upTo(1_000_000),
      100_000,
    )
    .option("--endpoints <n>", "cluster: at least 3", upTo(250, 3), 64)
    .addOption(
      new Option("--variant <name>", "cluster: FIG. 2 or FIG. 4 of source 004")
        .choices(["NAT", "global"]).default("global"),
    )
    .addOption(
      new Option("--policy <name>", "cluster: how the master chooses")
        .choices(["lowest_load", "round_robin", "deterministic"]).default("lowest_load"),
    )
    .option("--flood <n>", "cluster: forged requests", whole(0), 1_000_000)
    .option("--seed <n>", "cluster: what is random follows from it", whole(0), 1)
    .addHelpText(
      "after",
      `
Examples:
  plumbline bench captures
  plumbline bench captures --size 4096 --rounds 5
  plumbline bench l2tp
  plumbline bench l2tp --tunnels 20000 --sessions 0 --json
  plumbline bench cluster
  plumbline bench cluster --initiators 5000 --endpoints 16 --flood 0`,
    )
    .action(async (names: BenchName[], options: BenchOptions) => {
      const { bench } = await import("./bench_run.ts");
      Deno.exitCode = await bench(names, options);
    });
}
