/** Makes one archive of a run. */
import { escapeControls } from "../../captures/escape.ts";
import { bundleRun } from "../certificates/bundle.ts";
import { print } from "./usage.ts";

/** Runs `bundle`; gives the exit code. */
export async function bundle(directory: string, out: string): Promise<number> {
  const files = await bundleRun(directory, out);
  print(`Bundle: ${escapeControls(out)} (${files} files)`);
  return 0;
}
