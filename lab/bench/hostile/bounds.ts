/** Holds what captures may cost, whatever they hold: memory in all, and time for what they hold. */
import { allSuites } from "../../../suites/registry.ts";
import { join } from "../../../suites/kit/paths.ts";
import { aligned } from "../../terminal/text_table.ts";
import { run } from "../measure.ts";
import { ATTACKS } from "./attacks.ts";

/** Octets of memory at most, and seconds for every 10 MB of (decompressed) captures. */
export const MEMORY = 300e6, SECONDS = 5;
/** Octets of each attack. */
const OCTETS = 10e6;

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const JUDGE_ALL = new URL("./judge_all.ts", import.meta.url).pathname;
/** As the task `plumbline` has it. */
const DENO = ["run", "-A", "--v8-flags=--max-semi-space-size=4,--expose-gc"];

/** What one command made of one attack. */
export interface HostileRow {
  attack: string;
  command: string;
  frames: number;
  seconds: number;
  /** Octets; undefined when it was over too soon to look. */
  peak: number | undefined;
  code: number;
  /** Whether memory, time and the exit code are as they should be. */
  sound: boolean;
}

/** Runs every command over every attack, in a folder that the caller removes. */
export async function hostileRows(
  folder: string,
  progress: (line: string) => void,
): Promise<HostileRow[]> {
  const rows: HostileRow[] = [];
  const profile = join(folder, "profile.json");
  await Deno.writeTextFile(profile, JSON.stringify(await everyRole()));
  for (const [attack, write] of Object.entries(ATTACKS)) {
    progress(attack);
    const inner = join(folder, "attack");
    await Deno.mkdir(inner);
    const { paths, frames } = write(inner, OCTETS);
    const commands: [string, string[]][] = [
      ["check", [MAIN, "check", "--json", "--profile", profile, ...paths]],
      ["check --out", [MAIN, "check", "--profile", profile, "--out", join(inner, "out"), ...paths]],
      ["describe", [MAIN, "describe", ...paths]],
      ["every check", [JUDGE_ALL, String(frames), ...paths]],
    ];
    for (const [command, args] of commands) {
      const keep = command === "check";
      const { seconds, peak, code, stdout } = await run({
        command: Deno.execPath(),
        args: [...DENO, ...args],
      }, { keep, limit: 120 });
      // As the evidence of scenarios the captures are read once for each of dozens of taps.
      const inTime = command === "every check" || seconds <= SECONDS;
      const sound = (peak ?? 0) <= MEMORY && inTime && code >= 0 && code <= 3 &&
        (!keep || isJson(stdout));
      rows.push({ attack, command, frames, seconds, peak, code, sound });
    }
    await Deno.remove(inner, { recursive: true });
  }
  return rows;
}

/** The rows as a table. */
export function hostileTable(rows: readonly HostileRow[]): string {
  const lines = rows.map(({ attack, command, frames, seconds, peak, code, sound }) => [
    ...[sound ? "" : "!", attack, command, String(frames), seconds.toFixed(1)],
    ...[peak === undefined ? "?" : (peak / 1e6).toFixed(0), String(code)],
  ]);
  return aligned([["", "attack", "command", "frames", "s", "MB", "exit"], ...lines], 3);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A profile that declares all there is, so that all is judged. */
async function everyRole() {
  const suites = await allSuites();
  const requirements = suites.flatMap((suite) => Object.values(suite.requirements));
  return {
    name: "everything",
    roles: [...new Set(requirements.flatMap(({ binds }) => binds))],
    classes: [...new Set(requirements.flatMap(({ classes = [] }) => classes))],
    attach: { kind: "captures" },
  };
}
