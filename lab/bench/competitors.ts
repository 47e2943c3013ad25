/** The programs that we are measured against: whatever of them is installed. */
import type { FileName } from "./files.ts";
import type { Program } from "./measure.ts";
import { run } from "./measure.ts";
import type { StageName } from "./stages.ts";

/** A program that does something like one of our stages. */
export interface Competitor {
  name: string;
  /** What it does is comparable with this stage, or with mere reading. */
  stage: StageName | "read";
  /** Packets that it is given at most; the figures are rates, so that slow ones need not see all. */
  slice?: number;
  /** Captures that it is run on; all but those that have another one of the stage. */
  files?: readonly FileName[];
  /** What shows that it is installed. */
  probe: Program;
  /** How to run it over a capture; `folder` may be written to. */
  program(capture: string, folder: string): Program;
}

/** Fields that the judgement reads, as tshark calls them. */
const FIELDS = [
  ...["frame.number", "frame.time_epoch", "ip.src", "ip.dst"],
  ...["udp.srcport", "udp.dstport", "udp.payload"],
];

/** Likewise of L2TP: what the judgement looks at of headers, AVPs and PPP. */
const L2TP_FIELDS = [
  ...FIELDS.slice(0, -1),
  ...["l2tp.type", "l2tp.length", "l2tp.version", "l2tp.tunnel", "l2tp.session", "l2tp.Ns"],
  ...["l2tp.Nr", "l2tp.avp.mandatory", "l2tp.avp.hidden", "l2tp.avp.length", "l2tp.avp.vendor_id"],
  ...["l2tp.avp.type", "l2tp.avp.message_type", "l2tp.avp.assigned_tunnel_id"],
  ...["l2tp.avp.assigned_session_id", "l2tp.avp.host_name", "l2tp.avp.call_serial_number"],
  ...["ppp.protocol", "ppp.code", "ppp.identifier", "ppp.length"],
];

/** Runs tshark for fields of every packet. */
const tshark = (fields: readonly string[]) => (capture: string): Program => ({
  command: "tshark",
  args: ["-n", "-r", capture, "-T", "fields", ...fields.flatMap((field) => ["-e", field])],
});

const PYTHON = "/usr/bin/python3";

function python(script: string): (capture: string) => Program {
  return (capture) => ({ command: PYTHON, args: ["-c", script, capture] });
}

function importable(module: string): Program {
  return { command: PYTHON, args: ["-c", `import ${module}`] };
}

const PCAP_PARSER = `
import pcap from "npm:pcap-parser@0.2.1";
const parser = pcap.parse(Deno.args[0]);
let packets = 0;
parser.on("packet", () => packets++);
parser.on("end", () => console.log(packets));
`;

function pcapParser(...args: string[]): Program {
  const options = ["eval", "--no-config", "--no-lock", "--cached-only"];
  return { command: Deno.execPath(), args: [...options, ...args] };
}

/** The competitors, in the order of the stages. */
export const COMPETITORS: readonly Competitor[] = [
  {
    name: "cat",
    stage: "read",
    probe: { command: "cat", args: ["--version"] },
    program: (capture) => ({ command: "cat", args: [capture] }),
  },
  {
    name: "capinfos -c",
    stage: "record walk",
    probe: { command: "capinfos", args: ["--version"] },
    program: (capture) => ({ command: "capinfos", args: ["-c", capture] }),
  },
  {
    name: "tcpdump -w /dev/null",
    stage: "record walk",
    probe: { command: "tcpdump", args: ["--version"] },
    program: (capture) => ({ command: "tcpdump", args: ["-r", capture, "-w", "/dev/null"] }),
  },
  {
    name: "pcap-parser (npm)",
    stage: "record walk",
    slice: 400_000,
    probe: pcapParser(`import "npm:pcap-parser@0.2.1";`),
    program: (capture) => pcapParser(PCAP_PARSER, capture),
  },
  {
    name: "dpkt reader",
    stage: "record walk",
    slice: 200_000,
    probe: importable("dpkt"),
    program: python(
      "import sys, dpkt\nfor _ in dpkt.pcap.Reader(open(sys.argv[1], 'rb')): pass",
    ),
  },
  {
    name: "scapy raw reader",
    stage: "record walk",
    slice: 200_000,
    probe: importable("scapy.utils"),
    program: python(
      "import sys\nfrom scapy.utils import RawPcapReader\nfor _ in RawPcapReader(sys.argv[1]): pass",
    ),
  },
  {
    name: "dpkt to the transport",
    stage: "dissection",
    slice: 100_000,
    probe: importable("dpkt"),
    program: python(
      "import sys, dpkt\nfor _, b in dpkt.pcap.Reader(open(sys.argv[1], 'rb')): dpkt.ethernet.Ethernet(b)",
    ),
  },
  {
    name: "scapy dissecting",
    stage: "dissection",
    slice: 10_000,
    probe: importable("scapy.all"),
    program: python(
      "import sys\nfrom scapy.all import PcapReader\nfor p in PcapReader(sys.argv[1]): pass",
    ),
  },
  {
    name: "nfpcapd",
    stage: "session accounting",
    probe: { command: "nfpcapd", args: ["-V"] },
    program: (capture, folder) => ({ command: "nfpcapd", args: ["-r", capture, "-l", folder] }),
  },
  {
    name: "tcptrace",
    stage: "session accounting",
    probe: { command: "tcptrace", args: ["-version"] },
    program: (capture) => ({ command: "tcptrace", args: ["-nu", capture] }),
  },
  {
    name: "tshark -T fields",
    stage: "judgement",
    slice: 60_000,
    files: ["mix", "small", "tunnels"],
    probe: { command: "tshark", args: ["--version"] },
    program: tshark(FIELDS),
  },
  {
    name: "tshark -T fields of L2TP",
    stage: "judgement of L2TP",
    slice: 100_000,
    files: ["l2tp"],
    probe: { command: "tshark", args: ["--version"] },
    program: tshark(L2TP_FIELDS),
  },
];

/** Whether a program can be run. */
export async function isInstalled({ probe }: Competitor): Promise<boolean> {
  try {
    return (await run(probe, { limit: 30 })).code === 0;
  } catch {
    return false;
  }
}
