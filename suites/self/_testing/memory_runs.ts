/** What the tests of this folder share: evidence of the memory world, in a folder that goes away. */
import { planRun } from "../../../lab/commands/run_plan.ts";
import { MEMORY, temporaryFolder } from "../../../lab/temporary.ts";
import { MemoryWorld } from "../../../lab/worlds/memory/world.ts";
import { type JudgedCheck, judgeEvidence } from "../../engine/judge.ts";
import { loadEvidence } from "../../engine/load.ts";
import { type Profile, profileSchema } from "../../kit/profile.ts";
import { referenceScope, type Scope } from "../../engine/scope.ts";
import type { Suite } from "../../kit/suite.ts";

/** A device that declares everything that the suite is at work on. */
export function deviceOf(suite: Suite, attach: Record<string, unknown>): Profile {
  return profileSchema.parse({ name: "device", ...referenceScope(suite), attach });
}

/**
 * Puts devices through all scenarios of a suite and hands each evidence directory to `look`.
 * Without devices the reference peers play every role.
 * @param options The seed, 1 unless told, ids of the `only` scenarios, all of them unless told, and
 * what a device is to be in a scenario by its evidence; undefined where that is not to be played.
 */
export async function forEachEvidence(
  suite: Suite,
  devices: readonly Profile[],
  look: (directory: string, name: string) => Promise<void>,
  { seed = 1, only, instead = (device) => device }: {
    seed?: number;
    only?: readonly string[];
    instead?(device: Profile, evidence: string): Profile | undefined;
  } = {},
): Promise<void> {
  const root = await temporaryFolder("self", MEMORY);
  const world = new MemoryWorld();
  try {
    for (const { scenario, profiles, evidence } of planRun([suite], devices, {})) {
      if (only?.includes(scenario.id) === false) continue;
      const directory = `${root}/evidence`;
      const played = Object.entries(profiles).map(([node, one]) => [node, instead(one, evidence)]);
      if (played.some(([, device]) => device === undefined)) continue;
      await world.run({
        ...{ suite, scenario, seed, directory },
        profiles: Object.fromEntries(played) as typeof profiles,
      });
      await look(directory, evidence);
      Deno.removeSync(directory, { recursive: true });
    }
  } finally {
    await world.close();
    await Deno.remove(root, { recursive: true });
  }
}

/** Judges an evidence directory as a run does. */
export async function judge(
  suite: Suite,
  directory: string,
  scopes?: readonly Scope[],
): Promise<JudgedCheck[]> {
  return await judgeEvidence(suite, await loadEvidence(directory), { scopes });
}

/** Whether an invariant found nothing that it is about in evidence made for something else. */
export function isElsewhere({ check, outcome, scenario = "" }: JudgedCheck): boolean {
  return outcome.verdict === "not_applicable" && check.kind === "invariant" &&
    !check.on.includes(scenario);
}

/** A judgement as one line, for the message of an assertion. */
export function formatJudgement(where: string, { check, outcome }: JudgedCheck): string {
  const why = "reason" in outcome
    ? outcome.reason
    : outcome.verdict === "fail"
    ? `expected ${outcome.expected}, got ${outcome.actual}`
    : "";
  return `${check.id} on ${where}: ${outcome.verdict} ${why}`.trim();
}
