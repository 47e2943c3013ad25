/** The captures that the bench measures on: made in a folder of their own, and gone with it. */
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { readCapture } from "../../captures/file/read.ts";
import { run } from "./measure.ts";
import { type TrafficFile, writeMix, writeSmall } from "./traffic.ts";
import { writeL2tp } from "./l2tp_calls.ts";
import { writeTunnels } from "./tunnels.ts";

/** Name of a generated capture. */
export type FileName = "mix" | "small" | "tunnels" | "l2tp";

/** A generated capture. */
export interface BenchFile {
  name: FileName;
  /** What is in it. */
  title: string;
  path: string;
  packets: number;
  octets: number;
}

const KINDS: Record<FileName, { title: string; write(path: string, octets: number): TrafficFile }> =
  {
    mix: { title: "TCP, 1514 and 66 octets in turn, 2,000 flows", write: writeMix },
    small: { title: "UDP, 64 octets, 64 flows", write: writeSmall },
    tunnels: {
      title: "core-identity tunnels, 10,000 sessions over 6 tunnels",
      write: writeTunnels,
    },
    l2tp: { title: "L2TP, 10,000 tunnels with a call each, data of all", write: writeL2tp },
  };

/** The captures in the order of the report. */
export const FILES = Object.keys(KINDS) as FileName[];

/**
 * Generates a capture of about so many octets, in a process of its own: so several are generated
 * at a time, and an interruption need not wait for any.
 */
export async function generate(name: FileName, folder: string, octets: number): Promise<BenchFile> {
  const path = `${folder}/${name}.pcap`;
  const { code, stdout, stderr } = await run({
    command: Deno.execPath(),
    args: ["run", "-A", import.meta.url, name, path, String(octets)],
  }, { keep: true });
  if (code !== 0) {
    const why = stderr.trim().split("\n").at(-1) ?? `exit code ${code}`;
    throw new Error(`Cannot generate ${name} in ${folder}: ${why}`);
  }
  return { name, title: KINDS[name].title, path, ...JSON.parse(stdout) };
}

/** Writes the first packets of a capture to another; returns how many these were. */
export async function slice(from: string, to: string, packets: number): Promise<number> {
  const enough = new Error("enough");
  const writer = PcapWriter.create(to, { resolution: "microseconds" });
  let written = 0;
  try {
    await readCapture(from, ({ seconds, nanoseconds, bytes, start, end }) => {
      if (written === packets) throw enough;
      writer.write(seconds, nanoseconds, bytes, start, end);
      written++;
    });
  } catch (error) {
    if (error !== enough) throw error;
  } finally {
    writer.close();
  }
  return written;
}

if (import.meta.main) {
  const [name, path, octets] = Deno.args;
  const written = KINDS[name as FileName].write(path, Number(octets));
  console.log(JSON.stringify({ packets: written.packets, octets: written.octets }));
}
