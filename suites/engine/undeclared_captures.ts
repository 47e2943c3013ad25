import { basename, dirname, resolve } from "../kit/paths.ts";
import { type Evidence, UNPLACED } from "../kit/evidence.ts";
import { UnreadableInput } from "./run_files.ts";

/** Endings that say nothing of a capture but its form. */
const ENDING = /\.(pcapng|pcap|cap)(\.(gz|zst))?$/i;

/**
 * Evidence of captures of which nobody said where they were taken, and what they show. Each is a place
 * of its own, named after its file, and after its folders where two files have one name.
 * @throws {UnreadableInput} when the same file is given twice.
 */
export function evidenceOfUndeclared(suite: string, captures: readonly string[]): Evidence {
  const names = namesOf(captures);
  return {
    ...{ schema: 2, suite, world: "captures", seed: 0, nodes: {} },
    taps: captures.map((file, i) => ({
      name: names[i],
      node: UNPLACED,
      side: "wan",
      file: file === "-" ? file : resolve(file),
    })),
    ...{ traces: [], stimuli: [], captureCounters: {}, linkCounters: {}, directory: "" },
  };
}

function namesOf(captures: readonly string[]): string[] {
  const paths = captures.map((file) => file === "-" ? file : resolve(file));
  const twice = paths.findIndex((path, i) => paths.indexOf(path) !== i);
  if (twice >= 0) {
    throw new UnreadableInput(`Cannot judge ${captures[twice]} as it is given twice`);
  }
  const bare = (path: string) => path === "-" ? "standard input" : path.replace(ENDING, "");
  let names = paths.map((path) => basename(bare(path)));
  let above = paths.map(dirname);
  // Folders are added for as long as two are alike; in the end they are whole paths, which differ.
  while (new Set(names).size < names.length && above.some((path) => path !== "/")) {
    const alike = names.map((name) => names.filter((other) => other === name).length > 1);
    names = names.map((name, i) => alike[i] ? `${basename(above[i])}/${name}` : name);
    above = above.map((path, i) => alike[i] ? dirname(path) : path);
  }
  return new Set(names).size < names.length ? paths : names;
}
