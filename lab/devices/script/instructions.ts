/** Instructions for third parties' devices: files that their scripts take. */
import { join } from "../../../suites/kit/paths.ts";
import { shellSettings } from "./settings.ts";

/** Milliseconds that a script has to carry an instruction out. */
const PATIENCE = 10_000;
const NAME = "instruction.sh";

/** Where a device takes its instructions, and which kinds it understands. */
export interface Instructed {
  node: string;
  /** Folder with the settings of its script. */
  folder: string;
  kinds: readonly string[];
}

/**
 * Gives an instruction to the script of a device; resolves when the script has carried it out.
 * @throws {Error} When the script does not understand such instructions, or leaves this one lying.
 */
export async function instructScript(
  { node, folder, kinds }: Instructed,
  instruction: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { kind } = instruction;
  if (typeof kind !== "string" || !kinds.includes(kind)) {
    const known = kinds.length === 0 ? "none" : kinds.join(", ");
    throw new Error(
      `Cannot instruct "${node}" to ${kind} as its profile has other instructions: ${known}`,
    );
  }
  const file = join(folder, NAME);
  const watcher = Deno.watchFs(folder);
  const timer = setTimeout(() => watcher.close(), PATIENCE);
  try {
    await Deno.writeTextFile(`${file}.new`, shellSettings(instruction));
    await Deno.rename(`${file}.new`, file);
    for await (const _ of watcher) if (!await exists(file)) return;
  } finally {
    clearTimeout(timer);
    try {
      watcher.close();
    } catch {
      // Closed already, by the timer.
    }
  }
  throw new Error(`"${node}" did not carry out "${kind}" within ${PATIENCE} ms`);
}

async function exists(file: string): Promise<boolean> {
  try {
    await Deno.stat(file);
    return true;
  } catch {
    return false;
  }
}
