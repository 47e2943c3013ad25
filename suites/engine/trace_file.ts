import { Checksum } from "./integrity/digest.ts";
import type { TraceRecord } from "../../peers/machine.ts";

/** Longest line that is looked at, in characters: a record is far shorter, and memory is finite. */
const LONGEST_LINE = 1 << 16;

/** What reading a trace to its end showed. */
export interface TraceReport {
  records: number;
  badLines: number;
  /** Number of the first bad line, from 1; 0 when there is none. */
  firstBad: number;
  /** CRC-32 of the file, eight hexadecimal digits. */
  crc32: string;
}

/** Octets that are read at a time. */
const PART = 1 << 16;

/** Reads a file of JSON lines part by part; lines that are no trace records are counted, not thrown. */
export function readTrace(
  path: string,
  sink: (record: TraceRecord) => void,
): TraceReport {
  const report: TraceReport = { records: 0, badLines: 0, firstBad: 0, crc32: "" };
  let number = 0;
  const line = (text: string) => {
    number++;
    const record = text.length > LONGEST_LINE ? undefined : parse(text);
    if (record !== undefined) {
      report.records++;
      sink(record);
    } else if (text.trim() !== "") {
      report.badLines++;
      if (report.firstBad === 0) report.firstBad = number;
    }
  };
  using file = Deno.openSync(path);
  let rest = "";
  const decoder = new TextDecoder(), checksum = new Checksum(), part = new Uint8Array(PART);
  for (let got = file.readSync(part); got !== null; got = file.readSync(part)) {
    const octets = part.subarray(0, got);
    checksum.update(octets);
    const lines = (rest + decoder.decode(octets, { stream: true })).split("\n");
    rest = lines.pop()!;
    // What is over-long already is bad already: its tail need not be kept, only its being over-long.
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE + 1);
    lines.forEach(line);
  }
  rest += decoder.decode();
  if (rest !== "") line(rest);
  report.crc32 = checksum.text;
  return report;
}

function parse(text: string): TraceRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { t, node, event } = value as Record<string, unknown>;
  const whole = typeof t === "number" && typeof node === "string" && typeof event === "string";
  return whole ? value as TraceRecord : undefined;
}
