/** The two gates: of everything, and of what was touched with what depends on it. */
import { readImportGraph } from "../../suites/self/import_graph.ts";
import { type Change, changesSince } from "./changes.ts";
import { reachOf } from "./reach.ts";
import { ROOT } from "./run.ts";
import { count, Steps } from "./steps.ts";
import { NEAR, planTests } from "./tests.ts";
import { type TouchedSuite, touchedSuites } from "./touched.ts";

/** Files that decide how every other one is formatted, linted, resolved or tested. */
const FOR_ALL = /^(deno\.json|deno\.lock|suites\/self\/lint\/.*)$/;

/** Runs the fast gate; gives whether all of it passed. */
export async function fastGate(since: string, print: (line: string) => void): Promise<boolean> {
  const steps = new Steps(print);
  const changes = await changesSince(since);
  if (changes.length === 0) {
    print(`Nothing differs from ${since}: there is nothing to check.`);
    return true;
  }
  print(`Touched since ${since}: ${count(changes.length, "file")}.`);
  const graph = await readImportGraph();
  const paths = changes.map(({ path }) => path);
  const everywhere = paths.some((path) => path === "deno.json" || path === "deno.lock");
  const distance = reachOf(graph, everywhere ? [...paths, ...graph.modules] : paths);
  const reached = graph.modules.filter((path) => distance.has(path));
  const near = reached.filter((path) => distance.get(path)! <= NEAR);

  await Promise.all([
    ...lintSteps(steps, changes),
    steps.tool(`type check of ${count(near.length, "module")}`, ["check", ...near], near),
  ]);
  if (!steps.ok) return steps.end();

  const { groups, left } = planTests(distance);
  for (const group of groups) {
    await steps.tests(group);
    if (!steps.ok) return steps.end();
  }
  const read = (path: string) => Deno.readTextFileSync(ROOT + path);
  const suites = touchedSuites(changes, (path) => reachOf(graph, [path]), read);
  await judge(steps, suites);
  const far = reached.length - near.length;
  if (far > 0) steps.leave(`the types of ${count(far, "module")} further away`);
  for (const { what, tests } of left) {
    steps.leave(`${count(tests.length, "test file")}, as they ${what}: ${tests.sort().join(", ")}`);
  }
  return steps.end();
}

function lintSteps(steps: Steps, changes: readonly Change[]): Promise<void>[] {
  const present = changes.filter(({ deleted }) => !deleted).map(({ path }) => path);
  const every = present.some((path) => FOR_ALL.test(path));
  const formatted = present.filter((path) => /\.(tsx?|jsx?|jsonc?|md|ya?ml|css|html)$/.test(path));
  const linted = present.filter((path) => /\.[tj]sx?$/.test(path));
  return [
    steps.tool("format", ["fmt", "--check", ...every ? [] : formatted], formatted),
    steps.tool("lint, layers, docs", ["lint", ...every ? [] : linted], every ? present : linted),
  ];
}

async function judge(steps: Steps, suites: readonly TouchedSuite[]): Promise<void> {
  if (suites.length === 0) return;
  const { judgeAgain } = await import("./judgement.ts");
  for (const touched of suites) {
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1000;
    const judgement = await judgeAgain(touched).catch((error: Error) => {
      steps.done(`${touched.word}: cannot be judged`, false, seconds(), error.stack);
    });
    if (judgement === undefined) continue;
    const { scenarios, mutants, problems, left } = judgement;
    const ran = `${touched.word}: ${count(scenarios, "scenario")} of the reference peers, ` +
      count(mutants, "mutant");
    steps.done(ran, problems.length === 0, seconds(), problems.join("\n"));
    left.forEach((sentence) => steps.leave(sentence));
  }
  steps.leave("null devices, and the requirements that the change does not name");
}

/** Runs all that can be run; gives whether all of it passed. */
export async function fullGate(print: (line: string) => void): Promise<boolean> {
  const steps = new Steps(print);
  const all = ["."];
  await steps.tool("format", ["fmt", "--check"], all);
  await steps.tool("lint, layers, docs", ["lint"], all);
  await steps.tool("type check", ["check", "."], all);
  if (!steps.ok) return steps.end();
  const begun = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["task", "test"], cwd: ROOT })
    .spawn().status;
  steps.done("tests", success, (performance.now() - begun) / 1000);
  return steps.end();
}
