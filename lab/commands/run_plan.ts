import { isPlainReference, type Profile } from "../../suites/kit/profile.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { referenceScope } from "../../suites/engine/scope.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { UsageError } from "./usage.ts";

/** A scenario with the devices that play its nodes. */
export interface PlannedScenario {
  suite: Suite;
  scenario: Scenario;
  /** Profile by topology node; the reference peer plays the rest. */
  profiles: Record<string, Profile>;
  /** Evidence directory, relative to the run directory. */
  evidence: string;
}

/** What the user chose of the suites. */
export interface Selection {
  /** Only checks whose id begins with this. */
  prefix?: string;
  /** Only scenarios of these classes. */
  classes?: readonly string[];
}

/**
 * Plans a run: each scenario once for every way in which the devices can play its roles. A single
 * device plays one role at a time, against reference peers; several play different roles at once.
 * @throws {UsageError} When nothing is left to run.
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
      if (!devices.every((device) => canBePut(suite, scenario, device))) continue;
      const assignments = assignmentsOf(scenario, devices);
      for (const { profiles, label } of assignments) {
        if (!isJudged(suite, scenario, profiles, selection)) continue;
        const suffix = assignments.length > 1 ? `.${label}` : "";
        planned.push({ suite, scenario, profiles, evidence: `evidence/${scenario.id}${suffix}` });
      }
    }
  }
  if (planned.length > 0) return planned;
  const who = devices.map(({ name }) => name).join(" and ") || "the reference peers";
  throw new UsageError(`Cannot certify ${who} as no scenario fits the roles, classes and options`);
}

function isChosen(suite: Suite, scenario: Scenario, { prefix, classes }: Selection): boolean {
  if (classes !== undefined && !classes.includes(scenario.class)) return false;
  return prefix === undefined ||
    suite.checks.some(({ id, on }) => id.startsWith(prefix) && on.includes(scenario.id));
}

/** Whether a check has something to say of the devices in their roles. Reference peers need none. */
function isJudged(
  suite: Suite,
  scenario: Scenario,
  profiles: PlannedScenario["profiles"],
  { prefix = "" }: Selection,
): boolean {
  const nodes = Object.entries(profiles);
  if (nodes.every(([, profile]) => isPlainReference(profile))) return true;
  const roles = nodes.filter(([, profile]) => !isPlainReference(profile)).map(([node]) =>
    scenario.nodes[node].role
  );
  return suite.checks.some(({ id, on, judges }) =>
    id.startsWith(prefix) && on.includes(scenario.id) &&
    judges.some((role) => roles.includes(role))
  );
}

/** Whether a device declares what a scenario asks of it. Plain reference peers do all of it. */
function canBePut(suite: Suite, scenario: Scenario, device: Profile): boolean {
  const declared = isPlainReference(device)
    ? [...device.classes, ...referenceScope(suite).classes]
    : device.classes;
  return [scenario.class, ...scenario.needs ?? []].every((word) => declared.includes(word));
}

/** Every way to give each device a role of its own; roles that are left go to reference peers. */
function assignmentsOf(
  scenario: Scenario,
  devices: readonly Profile[],
): { profiles: Record<string, Profile>; label: string }[] {
  const roles = [...new Set(Object.values(scenario.nodes).map(({ role }) => role))];
  return assignments(roles, devices).map((byRole) => ({
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
