/** What third parties' devices said while a scenario ran: the end of it, as a page can show it. */
import { escapeControls } from "../../captures/escape.ts";
import { openInside, UnreadableInput } from "../engine/run_files.ts";
import type { Evidence } from "../kit/evidence.ts";
import { isOurs } from "../kit/device_origin.ts";

/** Octets and lines of a log that are shown at most, of a scenario that passed and of another. */
const PASSED = { octets: 1024, lines: 10 }, OTHER = { octets: 8192, lines: 100 };
/** Characters of a line. */
const LONGEST_LINE = 400;

/** The end of what a device said. */
export interface DeviceLog {
  node: string;
  /** Path of the whole, relative to the run directory. */
  file: string;
  /** Octets of the whole. */
  size: number;
  /** Lines with nothing in them but what can be seen. */
  lines: string[];
  /** Whether there is more before. */
  cut: boolean;
}

/**
 * The ends of the logs of a scenario's devices. A log that cannot be read is left out.
 * @param directory Run directory.
 * @param evidence Directory of the scenario, relative to it.
 * @param passed Whether all that was judged passed.
 */
export function deviceLogs(
  directory: string,
  evidence: string,
  { nodes }: Evidence,
  passed: boolean,
): DeviceLog[] {
  const most = passed ? PASSED : OTHER;
  return Object.entries(nodes).filter(([, { profile }]) => !isOurs(profile)).flatMap(([node]) => {
    const file = evidence === "" ? `${node}.log` : `${evidence}/${node}.log`;
    try {
      using log = openInside(directory, file);
      const begin = Math.max(0, log.size - most.octets);
      const octets = new Uint8Array(log.size - begin);
      const end = log.readAt(octets, begin);
      const all = new TextDecoder().decode(octets.subarray(0, end)).trimEnd().split("\n");
      // The first line may begin before what was read.
      const whole = begin > 0 && all.length > 1 ? all.slice(1) : all;
      const lines = whole.slice(-most.lines).map(shown);
      const cut = begin > 0 || whole.length > lines.length;
      return lines.every((line) => line === "") ? [] : [{ node, file, size: log.size, lines, cut }];
    } catch (error) {
      if (error instanceof UnreadableInput) return [];
      throw error;
    }
  });
}

function shown(line: string): string {
  const text = escapeControls(line.replace(/\r$/, "").replaceAll("\t", "    ")).toWellFormed();
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
}
