/** Which devices can meet in which roles, what they are put through then, and why others cannot. */
import { profileHash } from "../../../suites/engine/plan.ts";
import { referenceScope } from "../../../suites/engine/scope.ts";
import { type Profile, profileSchema } from "../../../suites/kit/profile.ts";
import { listed } from "../../../suites/kit/listed.ts";
import type { Scenario } from "../../../suites/kit/scenario.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import type { WorldName } from "../../../suites/kit/world.ts";
import { lackOf, refusal } from "../../devices/kinds/registry.ts";
import { isChosen, type PlannedScenario, planRun, type Selection } from "../run_plan.ts";
import { costOf } from "../shard.ts";

/** A device as a matrix has it. */
export interface Contestant {
  name: string;
  /** Its profile; our reference peers have one for each suite. */
  profileFor(suite: Suite): Profile;
  /** The one that it has in all suites; undefined for our reference peers. */
  profile?: Profile;
}

/** Two devices in two roles: what they are put through, or why they cannot be. */
export interface Meeting {
  suite: Suite;
  roles: [string, string];
  devices: [Contestant, Contestant];
  profiles: [Profile, Profile];
  /** Whom the roles choose, by the hash of the profile. */
  pair: Record<string, string>;
  planned: PlannedScenario[];
  /** Why the two cannot meet so; then nothing is planned. */
  reason?: string;
}

/** The devices of a profile each. */
export function contestantOf(profile: Profile): Contestant {
  return { name: profile.name, profileFor: () => profile, profile };
}

/** Our reference peers, in every role of every suite. */
export function referenceContestant(): Contestant {
  const made = new Map<Suite, Profile>();
  return {
    name: "reference peers",
    profileFor(suite) {
      const { roles, classes } = referenceScope(suite);
      const profile = made.get(suite) ?? profileSchema.parse({
        ...{ name: "reference peers", vendor: "Plumbline", classes: [...classes] },
        roles: roles.filter((role) => isOfDevices(suite, role)),
        attach: { kind: "reference" },
        trace: { kind: "jsonl" },
      });
      made.set(suite, profile);
      return profile;
    },
  };
}

/** Whether a requirement binds a role: testers are nobody's device. */
function isOfDevices({ requirements }: Suite, role: string): boolean {
  return Object.values(requirements).some(({ binds }) => binds.includes(role));
}

/** The pairs of a suite's roles: those that stand opposite each other in some scenario come first. */
export function rolePairs(suite: Suite): [string, string][] {
  const found = new Map<string, [string, string]>();
  const add = (roles: readonly string[]) =>
    roles.forEach((one, i) => {
      for (const other of roles.slice(i + 1)) {
        const key = [one, other].sort().join(" ");
        if (!found.has(key)) found.set(key, [one, other]);
      }
    });
  for (const { nodes } of suite.scenarios) {
    const roles = new Set(Object.values(nodes).map(({ role }) => role));
    add([...roles].filter((role) => isOfDevices(suite, role)));
  }
  add([...new Set(Object.values(suite.requirements).flatMap(({ binds }) => binds))]);
  return [...found.values()];
}

/** Whether a scenario has both roles. */
function haveBoth({ nodes }: Scenario, roles: readonly [string, string]): boolean {
  const there = Object.values(nodes).map(({ role }) => role);
  return roles.every((role) => there.includes(role));
}

/** Every two of the devices in every pair of roles of the suites. */
export function meetingsOf(
  suites: readonly Suite[],
  devices: readonly Contestant[],
  { world, ...selection }: Selection & { world: WorldName },
): Meeting[] {
  return suites.flatMap((suite) =>
    rolePairs(suite).flatMap((roles) =>
      devices.flatMap((one) =>
        devices.map((other) => meeting(suite, roles, [one, other], selection, world))
      )
    )
  );
}

function meeting(
  suite: Suite,
  roles: [string, string],
  devices: [Contestant, Contestant],
  selection: Selection,
  world: WorldName,
): Meeting {
  const profiles: [Profile, Profile] = [
    devices[0].profileFor(suite),
    devices[1].profileFor(suite),
  ];
  const pair = { [roles[0]]: profileHash(profiles[0]), [roles[1]]: profileHash(profiles[1]) };
  const common = { suite, roles, devices, profiles, pair };
  const reason = nowhereTogether(suite, roles) ?? apart(roles, profiles, world);
  if (reason !== undefined) return { ...common, planned: [], reason };
  const planned = planRun([suite], profiles, { ...selection, pair });
  if (planned.length === 0) {
    return { ...common, planned, reason: whyNothing(suite, roles, profiles, selection) };
  }
  const lack = planned.flatMap(({ scenario: { topology }, profiles }) =>
    Object.entries(profiles).map(([node, profile]) => {
      const why = lackOf(profile, topology, node);
      return why && `${profile.name} cannot be put there as ${why}`;
    })
  ).find((why) => why !== undefined);
  return lack === undefined ? { ...common, planned } : { ...common, planned: [], reason: lack };
}

/** Why nobody can meet in two roles. */
function nowhereTogether(suite: Suite, roles: readonly [string, string]): string | undefined {
  return suite.scenarios.some((scenario) => haveBoth(scenario, roles)) ? undefined : (
    `no scenario of ${suite.name} has ${listed(roles)} opposite each other: ` +
    "each meets a tester of ours alone"
  );
}

/** Why two devices cannot meet, whatever is asked of them. */
function apart(
  roles: readonly [string, string],
  profiles: readonly [Profile, Profile],
  world: WorldName,
): string | undefined {
  for (const [i, profile] of profiles.entries()) {
    if (!profile.roles.includes(roles[i])) {
      return `${profile.name} does not play ${roles[i]}: it plays ${listed(profile.roles)}`;
    }
  }
  return profiles.map((profile) => refusal(profile, world)).find((why) => why !== undefined);
}

/** Why no scenario is left for two devices that play the roles. */
function whyNothing(
  suite: Suite,
  roles: readonly [string, string],
  profiles: readonly [Profile, Profile],
  selection: Selection,
): string {
  const both = suite.scenarios.filter((scenario) =>
    haveBoth(scenario, roles) && isChosen(suite, scenario, selection)
  );
  const lacks = both.map((scenario) => {
    const words = [scenario.class, ...scenario.needs ?? []];
    return profiles.flatMap(({ name, classes }) => {
      const missing = words.filter((word) => !classes.includes(word));
      return missing.length === 0 ? [] : [`${name} does not declare ${listed(missing)}`];
    });
  }).sort((a, b) => a.length - b.length);
  const [nearest = []] = lacks;
  if (nearest.length > 0) return listed([...new Set(nearest)]);
  const { prefix, classes } = selection;
  const chosen = [prefix && `--check ${prefix}`, classes && `--class ${classes.join(",")}`]
    .filter((one) => one !== undefined);
  return chosen.length === 0
    ? `${suite.name} judges nothing of ${listed(roles)} where they meet`
    : `nothing that ${listed(chosen)} leaves is asked of ${listed(roles)} together`;
}

/** About how long a meeting takes, in milliseconds. */
export function costOfMeeting({ planned }: Meeting): number {
  return planned.reduce((sum, one) => sum + costOf(one), 0);
}

/** Run directory of a meeting, relative to that of the matrix. */
export function placeOf({ suite, roles, devices }: Meeting): string {
  const plain = (name: string) => name.replace(/[^\w-]+/g, "_");
  const [one, other] = devices.map(({ name }) => plain(name));
  return `pairs/${suite.name}/${roles[0]}_${one}.${roles[1]}_${other}`;
}
