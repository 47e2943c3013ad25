import assert from "node:assert/strict";
import { filesOf, type ImportGraph, readImportGraph } from "./import_graph.ts";
import { factsProblem, helperProblem, type Import, layerProblem } from "./lint/layers.ts";
import { ROOT } from "./lint/source_path.ts";
import * as structure from "./structure.ts";

const graph = await readImportGraph();
const text = (path: string) => Deno.readTextFileSync(ROOT + path);
const tasks = text("deno.json");

/** Modules that are started by name: by a user, or by a tool that deno.json tells of them. */
const programs = new Set(
  graph.modules.filter((path) => tasks.includes(path) || text(path).includes("import.meta.main")),
);

/** A graph of modules named by letters, from edges such as "a→b". */
function graphOf(...edges: string[]): ImportGraph {
  const imports = edges.map((edge) => {
    const [from, to] = edge.split("→");
    return { from, to, typeOnly: false };
  });
  const modules = [...new Set(imports.flatMap(({ from, to }) => [from, to]))];
  return { modules, imports, locations: [] };
}

Deno.test("the graph has the modules of all four folders, and every kind of import", () => {
  for (const folder of ["captures/", "peers/", "suites/", "lab/"]) {
    assert.ok(graph.modules.some((path) => path.startsWith(folder)), folder);
  }
  const has = (from: string, to: string) =>
    graph.imports.some((each) => each.from === from && each.to === to);
  assert.ok(has("suites/self/structure_test.ts", "suites/self/structure.ts"), "an import");
  assert.ok(has("suites/self/import_graph.ts", "suites/self/lint/layers.ts"), "one of a type");
  assert.ok(has("lab/commands/mutants.ts", "lab/commands/mutants_run.ts"), "a dynamic one");
  assert.ok(
    graph.locations.some(({ to }) => to === "lab/mutation_worker.ts"),
    "a worker",
  );
});

Deno.test("a circle is found, with its members, and what hangs on it is none", () => {
  assert.deepEqual(structure.circlesOf(graphOf("a→b", "b→c", "a→c")), []);
  assert.deepEqual(structure.circlesOf(graphOf("a→b", "b→c", "c→b", "c→d")), [["b", "c"]]);
  assert.deepEqual(structure.circlesOf(graphOf("a→a")), [["a"]]);
  const two = structure.circlesOf(graphOf("a→b", "b→a", "b→c", "c→d", "d→e", "e→c"));
  assert.deepEqual(two.sort(), [["a", "b"], ["c", "d", "e"]]);
});

Deno.test("no module imports itself over others", () => {
  assert.deepEqual(structure.circlesOf(graph), []);
});

Deno.test("imports point down, types and dynamic ones and workers too", () => {
  const workers = graph.locations.filter(({ to }) => /\.tsx?$/.test(to))
    .map((location): Import => ({ ...location, typeOnly: false }));
  const found = [...graph.imports, ...workers].filter((each) =>
    [layerProblem, factsProblem, helperProblem].some((rule) => rule(each) !== undefined)
  );
  assert.deepEqual(found.map(({ from, to }) => `${from} → ${to}`), []);
});

Deno.test("no file is longer than a newcomer reads at once", async () => {
  const written = await filesOf("*.ts", "*.tsx", "*.sh", ".ci/*");
  const lines = (path: string) => text(path).split("\n").length - 1;
  assert.deepEqual(written.filter((path) => lines(path) > structure.MOST_LINES), []);
});

Deno.test("a test without a neighbour is found", () => {
  const at = (...modules: string[]) => ({ modules, imports: [], locations: [] });
  assert.deepEqual(structure.strayTests(at("lab/x/a_test.ts", "lab/x/a.ts")), []);
  assert.deepEqual(structure.strayTests(at("lab/x/a_test.ts", "lab/x/a/b.ts")), []);
  assert.deepEqual(structure.strayTests(at("lab/x/x_test.ts")), []);
  assert.deepEqual(structure.strayTests(at("lab/x/a_test.ts", "lab/a.ts")), ["lab/x/a_test.ts"]);
  assert.deepEqual(structure.strayTests(graphOf("lab/x/a_test.ts→lab/x/b.ts")), []);
  assert.deepEqual(structure.strayTests(graphOf("lab/x/a_test.ts→lab/b.ts")), ["lab/x/a_test.ts"]);
});

Deno.test("every test stands beside what it tests", () => {
  assert.deepEqual(structure.strayTests(graph), []);
});

Deno.test("a module that only tests use is found, unless it is a program", () => {
  const found = (programs: string[]) =>
    structure.unmarkedHelpers(
      graphOf("lab/a_test.ts→lab/b.ts", "lab/d.ts→lab/c.ts"),
      new Set(programs),
    );
  assert.deepEqual(found([]), ["lab/b.ts"]);
  assert.deepEqual(found(["lab/b.ts"]), []);
});

Deno.test("what only tests use lies in _testing/", () => {
  assert.deepEqual(structure.unmarkedHelpers(graph, programs), []);
});

Deno.test("a module that nothing leads to is found", () => {
  const unused = structure.unusedModules(graphOf("lab/a.ts→lab/b.ts"), new Set());
  assert.deepEqual(unused, ["lab/a.ts"]);
});

Deno.test("every module is used", () => {
  assert.deepEqual(structure.unusedModules(graph, programs), []);
});

Deno.test("what is loaded with a module is found, and what only its types are of is not", () => {
  const { imports } = graphOf("a→b", "b→c", "d→a");
  const all = [...imports, { from: "a", to: "e", typeOnly: true }];
  assert.deepEqual(structure.loadedWith({ imports: all }, ["a"]), ["a", "b", "c"]);
});

Deno.test("a process that plays a peer loads nothing of what judges", () => {
  const peers = graph.modules.filter((path) => /^suites\/[^/]+\/peers\.ts$/.test(path));
  assert.ok(peers.length > 0);
  const judges = structure.loadedWith(graph, peers).filter((path) =>
    path.startsWith("suites/") && !/\/(peers|peer_rules|stimulus_faults)\.ts$/.test(path)
  );
  assert.deepEqual(judges, []);
});
