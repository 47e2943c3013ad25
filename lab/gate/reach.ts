import type { ImportGraph } from "../../suites/self/import_graph.ts";

/**
 * How far each module is from the nearest changed file, against the direction of imports: 0 for the
 * changed files themselves, 1 for what imports one of them, and so on. Modules that name a file, or a
 * folder above it, by its URL depend on it as well.
 */
export function reachOf(graph: ImportGraph, changed: readonly string[]): Map<string, number> {
  const users = new Map<string, string[]>();
  for (const { from, to } of [...graph.imports, ...graph.locations]) {
    const list = users.get(to);
    if (list === undefined) users.set(to, [from]);
    else list.push(from);
  }
  const distance = new Map(changed.map((path) => [path, 0]));
  // A map goes on to the entries that are added while it is walked: nearest first.
  for (const [path, steps] of distance) {
    for (const name of [path, ...foldersOf(path)]) {
      for (const user of users.get(name) ?? []) {
        if (!distance.has(user)) distance.set(user, steps + 1);
      }
    }
  }
  return distance;
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, i + 1).join("/")}/`);
}
