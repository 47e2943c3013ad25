import { gotUnknown } from "../../suites/kit/nearest.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { type Plan, profileHash } from "../../suites/engine/plan.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { WorldName } from "../../suites/kit/world.ts";
import { lackOf, refusal } from "../devices/kinds/registry.ts";
import { seedOfScenario } from "./run_seed.ts";
import { UsageError } from "./usage.ts";

/** A scenario with the devices that play its nodes. */
export interface PlannedScenario {
  suite: Suite;
  scenario: Scenario;
  /** Profile by topology node; the reference peer plays the rest. */
  profiles: Record<string, Profile>;
  /** Evidence directory, relative to the run directory. */
  evidence: string;
  /** Where it is not that of the run. */
  seed?: number;
}

/** What the user chose of the suites. */
export interface Selection {
  /** Only checks whose id begins with this. */
  prefix?: string;
  /** Only scenarios of these classes, or that need these options. */
  classes?: readonly string[];
  /** Only scenarios with this evidence. */
  failed?: readonly string[];
  /** Only scenarios in which the devices with these profiles, by their hash, play these roles. */
  pair?: Readonly<Record<string, string>>;
}

/**
 * Holds what was chosen against what the suites know.
 * @throws {UsageError} When a word is unknown: it must not pass for a choice.
 */
export function verifySelection(
  suites: readonly Suite[],
  { prefix, classes = [] }: Selection,
): void {
  const ids = suites.flatMap(({ checks }) => checks.map(({ id }) => id));
  if (prefix !== undefined && !ids.some((id) => id.startsWith(prefix))) {
    throw new UsageError(`Cannot choose checks as none begins so: ${gotUnknown(prefix, ids)}`);
  }
  const known = new Set(suites.flatMap(classesOf));
  for (const word of classes) {
    if (!known.has(word)) {
      throw new UsageError(
        `Cannot choose scenarios as a class is unknown: ${gotUnknown(word, known)}`,
      );
    }
  }
}

/**
 * Holds devices against the world in which they are to play.
 * @throws {UsageError} When one cannot play there: nothing of the lab has started then.
 */
export function verifyWorld(devices: readonly Profile[], world: WorldName): void {
  for (const device of devices) {
    const why = refusal(device, world);
    if (why !== undefined) throw new UsageError(why);
  }
}

/**
 * Holds devices against the nodes that they are to play.
 * @throws {UsageError} When one lacks something there.
 */
export function verifyPlaces(planned: readonly PlannedScenario[]): void {
  for (const { scenario: { id, topology }, profiles } of planned) {
    for (const [node, profile] of Object.entries(profiles)) {
      const why = lackOf(profile, topology, node);
      if (why !== undefined) {
        throw new UsageError(`Cannot put ${profile.name} through ${id} as ${why}`);
      }
    }
  }
}

/** Every class and option that a suite knows. */
export function classesOf({ classes }: Suite): string[] {
  return Object.keys(classes);
}

/** Every role that a device may declare in a suite. */
export function rolesOf({ requirements }: Suite): string[] {
  return [...new Set(Object.values(requirements).flatMap(({ binds }) => binds))];
}

/** The scenarios of a run as its plan lists them. */
export function scenariosOfPlan(
  planned: readonly PlannedScenario[],
  seed: number,
): Plan["scenarios"] {
  return planned.map((one) => ({
    evidence: one.evidence,
    suite: one.suite.name,
    scenario: one.scenario.id,
    seed: seedOfScenario(one, one.seed ?? seed),
    devices: Object.fromEntries(
      Object.entries(one.profiles).map(([node, profile]) => [node, profileHash(profile)]),
    ),
  }));
}

/**
 * Plans a run: each scenario once for every way in which the devices can play its roles. A single
 * device plays one role at a time, against reference peers; several play different roles at once.
 * None is left where the devices declare nothing that a scenario asks for.
 */
export function planRun(
  suites: readonly Suite[],
  devices: readonly Profile[],
  selection: Selection,
): PlannedScenario[] {
  const planned: PlannedScenario[] = [];
  for (const suite of suites) {
    for (const scenario of suite.scenarios) {
      if (!isChosen(suite, scenario, selection)) continue;
      if (!devices.every((device) => canBePut(scenario, device))) continue;
      const assignments = assignmentsOf(scenario, devices);
      for (const { profiles, label } of assignments) {
        if (!isJudged(suite, scenario, profiles, selection)) continue;
        const suffix = assignments.length > 1 ? `.${label}` : "";
        const evidence = `evidence/${scenario.id}${suffix}`;
        if (selection.failed?.includes(evidence) === false) continue;
        if (!isPair(scenario, profiles, selection)) continue;
        planned.push({ suite, scenario, profiles, evidence });
      }
    }
  }
  return planned;
}

/** Whether what the user chose leaves a scenario. */
export function isChosen(
  suite: Suite,
  scenario: Scenario,
  { prefix, classes }: Selection,
): boolean {
  const words = [scenario.class, ...scenario.needs ?? []];
  if (classes !== undefined && !classes.some((word) => words.includes(word))) return false;
  return prefix === undefined ||
    suite.checks.some(({ id, on }) => id.startsWith(prefix) && on.includes(scenario.id));
}

/** Whether each device plays the role in which a matrix wants it. */
function isPair(
  { nodes }: Scenario,
  profiles: PlannedScenario["profiles"],
  { pair }: Selection,
): boolean {
  return pair === undefined ||
    Object.entries(pair).every(([role, hash]) =>
      Object.entries(profiles).some(([node, profile]) =>
        nodes[node].role === role && profileHash(profile) === hash
      )
    );
}

/** Whether a check has something to say of the devices in their roles. */
function isJudged(
  suite: Suite,
  scenario: Scenario,
  profiles: PlannedScenario["profiles"],
  { prefix = "" }: Selection,
): boolean {
  const roles = Object.keys(profiles).map((node) => scenario.nodes[node].role);
  return roles.length === 0 ||
    suite.checks.some(({ id, on, judges }) =>
      id.startsWith(prefix) && on.includes(scenario.id) &&
      judges.some((role) => roles.includes(role))
    );
}

/** Whether a device declares what a scenario asks of it. */
export function canBePut(scenario: Scenario, { classes }: Profile): boolean {
  return [scenario.class, ...scenario.needs ?? []].every((word) => classes.includes(word));
}

/** Every way to give each device a role of its own; roles that are left go to reference peers. */
function assignmentsOf(
  scenario: Scenario,
  devices: readonly Profile[],
): { profiles: Record<string, Profile>; label: string }[] {
  const roles = [...new Set(Object.values(scenario.nodes).map(({ role }) => role))];
  // Two of the same device change places without a difference.
  const distinct = new Map(
    assignments(roles, devices).map((byRole) => [
      [...byRole].map(([role, profile]) => `${role} ${profileHash(profile)}`).sort().join(),
      byRole,
    ]),
  );
  return [...distinct.values()].map((byRole) => ({
    profiles: Object.fromEntries(
      Object.entries(scenario.nodes).flatMap(([node, { role }]) => {
        const device = byRole.get(role);
        return device === undefined ? [] : [[node, device]];
      }),
    ),
    label: [...byRole].map(([role, { name }]) =>
      devices.length === 1 ? `as_${role}` : `${role}_${name.replace(/[^\w-]+/g, "_")}`
    ).join("."),
  }));
}

function assignments(
  roles: readonly string[],
  devices: readonly Profile[],
): Map<string, Profile>[] {
  if (devices.length === 0) return [new Map()];
  const [first, ...rest] = devices;
  return roles.filter((role) => first.roles.includes(role)).flatMap((role) =>
    assignments(roles.filter((other) => other !== role), rest)
      .map((byRole) => new Map([[role, first], ...byRole]))
  );
}
