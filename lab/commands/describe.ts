import type { Command } from "commander";
import type { DescribeOptions } from "./describe_run.ts";

/** Adds `describe` to the program. */
export function register(program: Command): void {
  program.command("describe")
    .summary("one line per packet, with our dissection")
    .description(
      "Describes every packet of captures (pcap or pcapng, plain, gzip or zstd; - is standard " +
        "input), and says where and why a packet or the file stopped making sense.",
    )
    .argument("<capture...>", "captures")
    .option("--json", "print one JSON document with every field")
    .option("--filter <expression>", "only the packets that match, such as l2tp.message == CDN")
    .option("--count", "print only how many packets each capture holds")
    .addHelpText(
      "after",
      `
A filter names layers and fields as --json does, and compares fields:
  l2tp                                      a layer or field that is there
  l2tp.message == ICRQ && ip.source == 10.0.0.1
  ip.address == 10.0.0.0/8 and not (udp.port == 53 or icmp)
  tunnel_cluster.load >= 5000 or l2tp.host_name contains "my lac"
  problem                                   something is wrong with the packet
  note contains encrypted                   or was said of it
  frame.length > 1500 && !frame.number == 7
Comparisons are == != < <= > >= and contains; they combine by and (&&), or (||),
not (!) and parentheses. A value is a number, an address, a prefix, or a word as
describe shows it, in any case of letters, in quotation marks where it has
blanks. A field with several values compares if one of them does; != holds where
the field is there and none of them is equal. Short names: ip (ipv4 and ipv6),
ip.address, ip.source, ip.destination, udp.port, tcp.port, l2tp.message, lcp,
ipcp, pap, chap.

Examples:
  plumbline describe wan.pcapng
  plumbline describe --count *.pcap
  plumbline describe wan.pcapng --filter 'l2tp.message == StopCCN'
  plumbline describe --json wan.pcapng | jq '.[0].layers'`,
    )
    .action(async (captures: string[], options: DescribeOptions) => {
      const { describeCaptures } = await import("./describe_run.ts");
      Deno.exitCode = await describeCaptures(captures, options);
    });
}
