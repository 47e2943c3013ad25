import assert from "node:assert/strict";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import { caseOf } from "../../suites/kit/check.ts";
import { judgeLimit, toleranceOf } from "../../suites/kit/lateness.ts";
import { fail, gravest } from "../../suites/kit/verdict.ts";
import { takeOver } from "../_testing/test_claimants.ts";
import { MemoryWorld } from "../worlds/memory/world.ts";
import type { ScenarioRun, World } from "../worlds/world.ts";
import { Progress } from "../terminal/progress.ts";
import { arrange, runScenarios } from "./run_scenarios.ts";

const planned = (light: boolean, waits?: number) => ({
  suite: { ...testSuite(), light },
  scenario: { id: "test/plain", waits, nodes: {} } as unknown as Scenario,
  profiles: {},
  evidence: "",
});

/** A heavy one, a light one, another heavy one, and light ones that wait 5 s, 90 s and 5 s. */
const PLAN = [planned(false), planned(true), planned(false)].concat(
  [5000, 90_000, 5000].map((waits) => planned(true, waits)),
);

Deno.test("on real kernels what loads the machine is apart, and the longest wait begins first", () => {
  assert.deepEqual(arrange({ name: "netns" }, PLAN), { heavy: [0, 2], light: [4, 3, 5, 1] });
});

Deno.test("in memory nothing disturbs anything", () => {
  assert.deepEqual(arrange({ name: "memory" }, PLAN), {
    heavy: [],
    light: [4, 3, 5, 0, 1, 2],
  });
});

/** A world that is so many milliseconds late in each run of a scenario, one run after another. */
class LateWorld extends MemoryWorld implements World {
  // @ts-expect-error: it stands for a real one.
  override readonly name = "netns";
  readonly runs: ScenarioRun[] = [];

  constructor(readonly late: number[]) {
    super();
  }

  override async run(scenarioRun: ScenarioRun) {
    const record = await super.run(scenarioRun);
    const lateness = { ...record.lateness!, machine: this.late[this.runs.push(scenarioRun) - 1] };
    const changed = { ...record, lateness };
    await Deno.writeTextFile(`${scenarioRun.directory}/scenario.json`, JSON.stringify(changed));
    return changed;
  }
}

/** Runs a scenario with a check of 100 ms that is missed by 10. */
async function runLate(...late: number[]) {
  const { suite, scenario } = takeOver;
  const frame = { capture: "wan", number: 1 };
  const limit = caseOf("claimants", {
    ...{ name: "limit", title: "A limit", covers: ["TST-001"], judges: ["sender"], on: [scenario] },
    needs: {},
    stimulus: () => ({}),
    judge: (_, _stimulus, evidence) =>
      gravest(
        judgeLimit(
          100,
          10,
          toleranceOf(evidence, "somebody else's"),
          () => fail("less", "more", [frame]),
        ),
      ),
  });
  const directory = await Deno.makeTempDir({ prefix: "plumbline-late-" });
  const lines: string[] = [];
  const world = new LateWorld(late);
  try {
    const plan = [{
      ...{ suite: { ...suite, checks: [limit] }, scenario, profiles: {} },
      evidence: `evidence/${scenario.id}`,
    }];
    const progress = new Progress(1, {
      terminal: null,
      writer: (line) => lines.push(line.trimEnd()),
    });
    const [{ checks, note }] = await runScenarios(world, plan, {
      ...{ seed: 1, directory, jobs: 1, progress },
    });
    return { words: checks.map(({ outcome }) => outcome.verdict), note, lines, runs: world.runs };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a scenario that a late lab left open runs again, and the report says so", async () => {
  const { words, note, lines, runs } = await runLate(60, 1);
  assert.deepEqual(runs.map(({ rerun }) => rerun), [undefined, { late: 60 }]);
  assert.deepEqual(words, ["fail"]);
  assert.equal(note, "run again by itself as the lab was 60 ms late the first time");
  assert.deepEqual(lines, [
    "[1/1] claimants/take_over: 1 inconclusive",
    `[2/2] claimants/take_over: 1 fail, ${note}`,
  ]);
});

Deno.test("a scenario runs again once, and not at all where the lateness explains what was seen", async () => {
  const again = await runLate(60, 70);
  assert.deepEqual([again.words, again.runs.length], [["inconclusive"], 2]);
  const explained = await runLate(20);
  assert.deepEqual([explained.words, explained.runs.length], [["pass"], 1]);
});
