/** Runs scenarios, damages what they leave, and says what must become of the verdicts. */
import assert from "node:assert/strict";
import { planRun } from "../../../lab/commands/run_plan.ts";
import { MEMORY, temporaryFolder } from "../../../lab/temporary.ts";
import { MemoryWorld } from "../../../lab/worlds/memory/world.ts";
import type { JudgedCheck } from "../../engine/judge.ts";
import { loadEvidence } from "../../engine/load.ts";
import type { Check } from "../../kit/check.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { Suite } from "../../kit/suite.ts";
import { projectSuite } from "../../registry.ts";
import { copyFiles, framesOf, type Spoilt } from "./damages.ts";
import { formatJudgement, judge } from "./memory_runs.ts";

/** Scenarios whose evidence is damaged, by suite: the first is damaged, the second lends its files. */
export const SCENARIOS = {
  core_identity: ["core_identity/7/sessions", "core_identity/7/key_fields"],
  l2tp: ["l2tp/lns/conversation", "l2tp/lac/conversation"],
  tunnel_cluster: ["tunnel_cluster/nat/bring_up", "tunnel_cluster/nat/equal_loads"],
} as const;

/** Evidence of a suite, whole, and what is judged of it. */
export interface Whole {
  suite: Suite;
  evidence: Evidence;
  directory: string;
  /** Evidence of another seed, and of another scenario. */
  others: Record<string, string>;
  judged: JudgedCheck[];
}

/** Damages a copy of evidence by `damage`; says what is judged then. */
export async function damaged(
  { suite, directory }: Whole,
  damage: (copy: string) => Promise<unknown>,
) {
  const copy = `${directory}.damaged`;
  await copyFiles(directory, copy);
  try {
    await damage(copy);
    return await judge(suite, copy);
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

/** Whether a check rests on what is spoilt. */
function rests({ needs }: Check, evidence: Evidence, spoilt: Spoilt): boolean {
  if (spoilt === "everything") return true;
  const taps = evidence.taps.filter(({ name }) => spoilt.taps?.includes(name));
  return Object.values(needs).some((collector) => {
    const state = collector.begin(evidence);
    return state.frame !== undefined && taps.some((tap) => state.wants(tap)) ||
      state.trace !== undefined && spoilt.traces?.some((node) => state.wantsTrace(node));
  });
}

/** Asserts that what rests on what is spoilt is inconclusive for that reason, and the rest as before. */
export function assertSpoilt(
  { evidence, judged }: Whole,
  after: readonly JudgedCheck[],
  spoilt: Spoilt,
  what: string,
  alone = true,
) {
  assert.deepEqual(after.map(({ check }) => check.id), judged.map(({ check }) => check.id), what);
  const before = new Map(judged.map((one) => [one.check.id, one.outcome]));
  for (const one of after) {
    const { check, outcome } = one, told = `${what}: ${formatJudgement("", one)}`;
    const known = before.get(check.id);
    if (known?.verdict === "not_applicable" && !rests(check, evidence, spoilt)) continue;
    if (rests(check, evidence, spoilt)) {
      const reason = "reason" in outcome ? outcome.reason : "";
      if (outcome.verdict === "not_applicable" && reason.startsWith("the profile")) continue;
      assert.equal(outcome.verdict, "inconclusive", told);
      assert.match(reason, /the evidence (was changed|is unfinished|was damaged): /, told);
    } else if (alone) assert.deepEqual(outcome, known, told);
    else assert.ok(outcome.verdict !== "fail" && outcome.verdict !== "error", told);
  }
}

/** Evidence of the memory world. */
async function evidenceOf(suite: Suite, id: string, seed: number, directory: string) {
  const world = new MemoryWorld();
  const planned = planRun([suite], [], {}).find(({ scenario }) => scenario.id === id);
  assert.ok(planned, id);
  const { scenario, profiles } = planned;
  await world.run({ suite, scenario, profiles, seed, directory });
  await world.close();
}

/** Hands whole evidence of a suite's scenarios to `body`, in a folder that goes away. */
export async function withEvidence(
  word: keyof typeof SCENARIOS,
  body: (whole: Whole) => Promise<void>,
) {
  const suite = await projectSuite(word);
  assert.ok(suite);
  const root = await temporaryFolder("damage", MEMORY);
  try {
    const [id, other] = SCENARIOS[word];
    const directory = `${root}/whole`;
    const others = { "another seed": `${root}/seed`, "another scenario": `${root}/other` };
    await evidenceOf(suite, id, 1, directory);
    await evidenceOf(suite, id, 2, others["another seed"]);
    await evidenceOf(suite, other, 1, others["another scenario"]);
    const judged = await judge(suite, directory);
    assert.ok(judged.some(({ outcome }) => outcome.verdict === "pass"));
    await body({ suite, evidence: await loadEvidence(directory), directory, others, judged });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** The taps that saw something, with their frames. */
export async function busyTaps({ evidence, directory }: Whole): Promise<string[]> {
  const taps: string[] = [];
  for (const { name, file } of evidence.taps) {
    if ((await framesOf(`${directory}/${file}`)).length >= 4) taps.push(name);
  }
  return taps;
}
