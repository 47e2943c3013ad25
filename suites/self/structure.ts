/** What the structure of the repository must not be: pure functions over its files and imports. */
import type { ImportGraph } from "./import_graph.ts";
import { isOfTests } from "./lint/source_path.ts";

/** Lines that a file may have. */
export const MOST_LINES = 300;

/**
 * Circles of modules that import one another, imports of types and dynamic ones included; each with
 * its members in order, by Tarjan's algorithm. That a module starts a program which imports it back
 * is no circle: the program is a process or a worker of its own.
 */
export function circlesOf({ modules, imports }: Pick<ImportGraph, "modules" | "imports">) {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (module: string): number => {
    const own = index.size;
    index.set(module, own);
    low.set(module, own);
    open.push(module);
    for (const { to } of targets.get(module) ?? []) {
      const reached = !index.has(to) ? visit(to) : open.includes(to) ? index.get(to)! : own;
      low.set(module, Math.min(low.get(module)!, reached));
    }
    const lowest = low.get(module)!;
    if (lowest === own) {
      const members = open.splice(open.indexOf(module));
      const isCircle = members.length > 1 || targets.get(module)?.some(({ to }) => to === module);
      if (isCircle) circles.push(members.sort());
    }
    return lowest;
  };
  for (const module of modules) if (!index.has(module)) visit(module);
  return circles;
}

/** Tests that stand beside nothing that they test. */
export function strayTests(graph: ImportGraph): string[] {
  const known = new Set(graph.modules.flatMap((path) => [path, ...parentsOf(path)]));
  const leads = [...graph.imports, ...graph.locations];
  return graph.modules.filter((path) => {
    if (!/_test\.tsx?$/.test(path) || path.startsWith("suites/self/")) return false;
    const subject = path.replace(/_test\.tsx?$/, "");
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const isNamed = [`${subject}.ts`, `${subject}.tsx`, `${subject}/`].some((name) =>
      known.has(name)
    ) || folder.endsWith(`/${subject.slice(folder.length)}/`);
    return !isNamed && !leads.some(({ from, to }) => from === path && to.startsWith(folder));
  });
}

/** Modules outside of `_testing/` that only tests use. */
export function unmarkedHelpers(
  { modules, imports, locations }: ImportGraph,
  programs: ReadonlySet<string>,
): string[] {
  const users = Map.groupBy([...imports, ...locations], ({ to }) => to);
  return modules.filter((path) => {
    const own = users.get(path) ?? [];
    const mayBe = !isOfTests(path) && !path.startsWith("suites/self/") && !programs.has(path);
    return mayBe && own.length > 0 && own.every(({ from }) => isOfTests(from));
  });
}

/** Modules that nothing leads to: neither an import, nor a program that starts them. */
export function unusedModules(
  { modules, imports, locations }: ImportGraph,
  programs: ReadonlySet<string>,
): string[] {
  const used = new Set([...imports, ...locations].map(({ to }) => to).concat([...programs]));
  return modules.filter((path) => !used.has(path) && !/_test\.tsx?$/.test(path));
}

/** All that is loaded with some modules, themselves too: what only types are taken of is not. */
export function loadedWith(
  { imports }: Pick<ImportGraph, "imports">,
  roots: readonly string[],
): string[] {
  const targets = Map.groupBy(imports.filter(({ typeOnly }) => !typeOnly), ({ from }) => from);
  const loaded = new Set(roots);
  // A set is gone through to its end, whatever is added meanwhile.
  for (const module of loaded) targets.get(module)?.forEach(({ to }) => loaded.add(to));
  return [...loaded];
}

/** The folders above a path, each with a slash at its end. */
function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, i + 1).join("/")}/`);
}
