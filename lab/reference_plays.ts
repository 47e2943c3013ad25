/** What the reference peers come to in scenarios, so that variants which do nothing else there need not play. */
import { type JudgedCheck, judgeEvidence } from "../suites/engine/judge.ts";
import type { Scope } from "../suites/engine/scope.ts";
import type { Mutant } from "../suites/kit/mutant.ts";
import { join } from "../suites/kit/paths.ts";
import type { Profile } from "../suites/kit/profile.ts";
import type { Scenario } from "../suites/kit/scenario.ts";
import type { Suite } from "../suites/kit/suite.ts";
import { variantProfile } from "./devices/reference.ts";
import { RuleUse } from "./rule_use.ts";
import type { World } from "./worlds/world.ts";

/** A scenario as reference peers played it in the place of a variant. */
export interface ReferencePlay {
  judged: JudgedCheck[];
  use: RuleUse;
}

/** Where and how a scenario is played. */
export interface PlayOptions {
  world: World;
  seed: number;
  /** Folder for evidence. */
  directory: string;
  scopes: readonly Scope[];
}

/** Plays each scenario once, when a second variant of a role asks for it: for one alone it would not pay. */
export class ReferencePlays {
  readonly #plays = new Map<string, Promise<ReferencePlay> | undefined>();

  /** The play of a scenario with watched peers of a role; undefined where there is none yet. */
  of(
    suite: Suite,
    role: string,
    scenario: Scenario,
    options: PlayOptions,
  ): Promise<ReferencePlay> | undefined {
    // What is as heavy as all others together is played for its own mutants only.
    if (suite.machines === undefined || scenario.heavy) return undefined;
    const key = JSON.stringify([suite.name, role, scenario.id, options.seed, options.scopes]);
    if (!this.#plays.has(key)) {
      this.#plays.set(key, undefined);
      return undefined;
    }
    let play = this.#plays.get(key);
    if (play === undefined) this.#plays.set(key, play = playOf(suite, role, scenario, options));
    return play;
  }
}

async function playOf(
  suite: Suite,
  role: string,
  scenario: Scenario,
  { world, seed, directory, scopes }: PlayOptions,
): Promise<ReferencePlay> {
  const use = new RuleUse(suite, role), watched = use.watched();
  const unchanged: Mutant = {
    ...{ id: `${suite.name}/${role}/unchanged`, title: "Changes nothing", violates: "" },
    ...{ role, rules: {} },
  };
  const place = join(directory, "reference");
  const record = await world.run({
    suite: { ...watched, mutants: [...watched.mutants, unchanged] },
    ...{ scenario, seed, directory: place },
    profiles: profilesOf(variantProfile(suite, unchanged), role, scenario),
  });
  return { use, judged: await judgeEvidence(suite, { ...record, directory: place }, { scopes }) };
}

/** A variant's profile at every node of its role. */
export function profilesOf(
  profile: Profile,
  variantRole: string,
  scenario: Scenario,
): Record<string, Profile> {
  const nodes = Object.entries(scenario.nodes).filter(([, { role }]) => role === variantRole);
  return Object.fromEntries(nodes.map(([node]) => [node, profile]));
}
