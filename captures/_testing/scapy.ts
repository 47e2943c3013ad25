/**
 * scapy as a second decoder: a Python process that is asked about octets and answers with the fields
 * it sees. For tests only; whatever concerns scapy is in this file.
 */

/** Where scapy may be: the system's Python first, as Debian's package belongs to that. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/** The other end: reads a line of JSON per packet, answers with a line. */
const SCRIPT = String.raw`
import sys, json, logging
logging.disable(logging.CRITICAL)
from scapy.config import conf
conf.use_pcap = False
from scapy.all import *
conf.debug_dissector = 0
load_contrib("mpls")
FIRST = {1: Ether, 101: IP, 12: IP, 14: IP, 228: IP, 229: IPv6, 113: CookedLinux, 9: PPP, 50: PPP}
print("ready", flush=True)
for line in sys.stdin:
    link, octets = json.loads(line)
    out = []
    try:
        raw_octets = bytes.fromhex(octets)
        first = FIRST[link]
        if first is IP and raw_octets[:1] and raw_octets[0] >> 4 == 6: first = IPv6
        packet = first(raw_octets)
        while packet and not isinstance(packet, NoPayload):
            fields = {}
            for name, value in packet.fields.items():
                if isinstance(value, int): fields[name] = int(value)
                elif isinstance(value, str): fields[name] = value
            out.append([type(packet).__name__, fields])
            packet = packet.payload
    except Exception as error:
        out.append(["error", {"text": repr(error)}])
    print(json.dumps(out), flush=True)
`;

/** A layer as scapy names it, with its fields. */
export type ScapyLayer = [name: string, fields: Record<string, number | string>];

/** LINKTYPE_ values that the script above knows. */
export const SCAPY_LINKS: readonly number[] = [1, 9, 12, 14, 50, 101, 113, 228, 229];

/** A running scapy. */
export class Scapy {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts scapy; undefined when it is not installed. */
  static async start(): Promise<Scapy | undefined> {
    for (const python of PYTHONS) {
      try {
        const child = new Deno.Command(python, {
          args: ["-c", SCRIPT],
          stdin: "piped",
          stdout: "piped",
          stderr: "null",
        }).spawn();
        const scapy = new Scapy(child);
        if (await scapy.#line() === "ready") return scapy;
        await scapy.close();
      } catch {
        // There is no such Python: try the next.
      }
    }
    return undefined;
  }

  /** The layers of a frame as scapy sees them, outermost first. */
  async dissect(linkType: number, octets: Uint8Array): Promise<ScapyLayer[]> {
    const line = JSON.stringify([linkType, octets.toHex()]) + "\n";
    await this.#writer.write(new TextEncoder().encode(line));
    const answer = await this.#line();
    if (answer === undefined) throw new Error("Cannot ask scapy as it has ended");
    return JSON.parse(answer);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#lines.cancel().catch(() => {});
    await this.#child.status;
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#lines.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }
}
