/** What the reference peers come to in scenarios, so that variants which do nothing else there need not play. */
import { type JudgedCheck, judgeEvidence } from "../suites/engine/judge.ts";
import type { Scope } from "../suites/engine/scope.ts";
import type { Mutant } from "../suites/kit/mutant.ts";
import { join } from "../suites/kit/paths.ts";
import type { Profile } from "../suites/kit/profile.ts";
import type { Scenario } from "../suites/kit/scenario.ts";
import type { Suite } from "../suites/kit/suite.ts";
import { variantProfile } from "./devices/reference.ts";
import type { RuleOverrides } from "../peers/rule_overrides.ts";
import { isObservable, RuleUse } from "./rule_use.ts";
import type { World } from "./worlds/world.ts";

/** A scenario as reference peers played it in the place of a variant. */
export interface ReferencePlay {
  judged: JudgedCheck[];
  use: RuleUse;
}

/** Plays after which a rule that each of them asked for is taken to be asked everywhere. */
const ENOUGH = 16;

/** Where and how a scenario is played, and for whom. */
export interface PlayOptions {
  /** The rules that the variant replaces. */
  rules: RuleOverrides;
  world: World;
  seed: number;
  /** Folder for evidence. */
  directory: string;
  scopes: readonly Scope[];
}

/**
 * Plays each scenario once, when a second variant of a role asks for it: for one alone it would not pay.
 * Nor does it for rules that every scenario asks for.
 */
export class ReferencePlays {
  readonly #plays = new Map<string, Promise<ReferencePlay> | undefined>();
  /** What the first plays asked for, by suite and role. */
  readonly #uses = new Map<string, RuleUse[]>();

  /** The play of a scenario with watched peers of a role; undefined where there is none, or none pays. */
  of(
    suite: Suite,
    role: string,
    scenario: Scenario,
    options: PlayOptions,
  ): Promise<ReferencePlay> | undefined {
    const { seed, scopes, rules } = options;
    // What is as heavy as all others together is played for its own mutants only.
    if (scenario.heavy || !isObservable(suite, rules)) return undefined;
    const key = JSON.stringify([suite.name, role, scenario.id, seed, scopes]);
    let play = this.#plays.get(key);
    if (play !== undefined) return play;
    const uses = this.#usesOf(suite, role);
    if (uses.length >= ENOUGH && uses.every((use) => use.asksFor(rules))) return undefined;
    if (!this.#plays.has(key)) {
      this.#plays.set(key, undefined);
      return undefined;
    }
    this.#plays.set(key, play = playOf(suite, role, scenario, options));
    return play.then((played) => {
      if (uses.length < ENOUGH) uses.push(played.use);
      return played;
    });
  }

  #usesOf({ name }: Suite, role: string): RuleUse[] {
    const key = `${name} ${role}`;
    let uses = this.#uses.get(key);
    if (uses === undefined) this.#uses.set(key, uses = []);
    return uses;
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
