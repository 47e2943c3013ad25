/** Where the files of evidence lie. */
import type { Evidence } from "../kit/evidence.ts";
import { isAbsolute } from "../kit/paths.ts";
import { locateInside } from "./run_files.ts";

/** What the command line and the reader call standard input. */
export const STANDARD_INPUT = "-";

/**
 * The place of a file of the evidence: within its directory, and behind no link. What the user named
 * for a capture may lie anywhere.
 * @throws {UnreadableInput} when it does not exist, is no regular file, or lies outside.
 */
export function locate({ world, directory }: Evidence, file: string): string {
  // What a record of evidence names is relative, and has a directory to be relative to.
  if (world === "captures") {
    if (isAbsolute(file) || file === STANDARD_INPUT && directory === "") return file;
  }
  return locateInside(directory || ".", file);
}
