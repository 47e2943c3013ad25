/** Which requirements a change touches, so that they are judged again. */
import { BASES } from "../../suites/self/lint/layers.ts";
import { isOfTests } from "../../suites/self/lint/source_path.ts";
import type { Change } from "./changes.ts";

/** What is to be judged again of one suite. */
export interface TouchedSuite {
  /** The suite's word. */
  word: string;
  /** Ids of requirements that were touched, or whose checks or mutants were. */
  requirements: Set<string>;
  /** Whether the peers changed that all of its scenarios run. */
  peers: boolean;
}

/** An id of a requirement where a source names it. */
const ID = /["'`]([A-Z][A-Z0-9]*-\d+[a-z]?)["'`]/g;

/** Folders of a suite whose files name the requirements that they are about. */
const NAMING = /^suites\/[^/]+\/(requirements|checks|cases|mutants)\//;

/**
 * Sorts changes by suite: a row of a requirement counts by itself, a file of checks or mutants with
 * all that it names, and any other file of a suite with those that are nearest above it.
 * @param distanceFrom How far modules are from one file, against the direction of imports.
 * @param read The text of a file.
 */
export function touchedSuites(
  changes: readonly Change[],
  distanceFrom: (path: string) => ReadonlyMap<string, number>,
  read: (path: string) => string,
): TouchedSuite[] {
  const suites = new Map<string, TouchedSuite>();
  const suite = (word: string) => {
    const known = suites.get(word) ?? { word, requirements: new Set<string>(), peers: false };
    suites.set(word, known);
    return known;
  };
  for (const { path, deleted, lines } of changes) {
    const [layer, word, folder] = path.split("/");
    if (folder === undefined || isOfTests(path) || !/\.tsx?$/.test(path)) continue;
    if (layer === "peers" && !["net", "testing"].includes(word)) {
      suite(word).peers = true;
      for (const [above, below] of Object.entries(BASES)) {
        if (below.includes(word)) suite(above).peers = true;
      }
    }
    const isShared = ["kit", "engine", "report", "self"].includes(word);
    if (layer !== "suites" || isShared || deleted) continue;
    const ids = folder === "requirements" && lines !== undefined
      ? rowsAt(read(path), lines)
      : NAMING.test(path)
      ? idsIn(read(path))
      : nearestIds(`suites/${word}/`, distanceFrom(path), read);
    for (const id of ids) suite(word).requirements.add(id);
  }
  return [...suites.values()];
}

/** The ids that a text names. */
export function idsIn(text: string): string[] {
  return [...new Set([...text.matchAll(ID)].map(([, id]) => id))];
}

/** The ids of the rows that lines of a catalogue belong to: the nearest at or above each. */
export function rowsAt(text: string, lines: readonly number[]): string[] {
  const all = text.split("\n");
  const rows = lines.flatMap((line) => {
    const above = all.slice(0, line).reverse().find((each) => idsIn(each).length > 0);
    return above === undefined ? [] : idsIn(above);
  });
  return [...new Set(rows)];
}

function nearestIds(
  folder: string,
  distance: ReadonlyMap<string, number>,
  read: (path: string) => string,
): string[] {
  const naming = [...distance].filter(([path]) => path.startsWith(folder) && NAMING.test(path));
  const nearest = Math.min(...naming.map(([, steps]) => steps));
  return naming.filter(([, steps]) => steps === nearest).flatMap(([path]) => idsIn(read(path)));
}
