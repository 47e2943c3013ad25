import type { Check } from "../kit/check.ts";
import type { Requirement } from "../kit/requirement.ts";
import type { Suite } from "../kit/suite.ts";

/** What one device has to answer for: the roles it plays and the classes and options it declares. */
export interface Scope {
  roles: readonly string[];
  classes: readonly string[];
}

/** The roles in which a requirement binds a device of these scopes, one scope for each device. */
export function rolesBound(requirement: Requirement, scopes: readonly Scope[]): string[] {
  return requirement.binds.filter((role) => isBound(requirement, role, scopes));
}

function isBound(requirement: Requirement, role: string, scopes: readonly Scope[]): boolean {
  return scopes.some((scope) => scope.roles.includes(role) && isDeclared(requirement, scope));
}

/** Why a requirement binds none of the devices of these scopes; undefined when it binds one. */
export function whyNotBound(
  requirement: Requirement,
  scopes: readonly Scope[],
): string | undefined {
  const { classes = [], binds } = requirement;
  if (binds.some((role) => isBound(requirement, role, scopes))) return undefined;
  const players = scopes.filter(({ roles }) => binds.some((role) => roles.includes(role)));
  if (players.length === 0) {
    return `it binds the role ${binds.join(" or ")}, which the device does not play`;
  }
  return `the profile declares ${
    classes.length === 1 ? `no ${classes[0]}` : `none of ${classes.join(", ")}`
  }`;
}

function isDeclared({ classes }: Requirement, scope: Scope): boolean {
  return classes === undefined || classes.some((word) => scope.classes.includes(word));
}

/**
 * Whether keeping a requirement is a condition of conformance. A MAY becomes one by being declared:
 * a device that says what it does must do what it says.
 */
export function isRequired(requirement: Requirement): boolean {
  return requirement.level !== "SHOULD";
}

/** Why a check is not applicable to devices of these scopes; undefined when it is. */
export function whyNotApplicable(
  suite: Suite,
  check: Check,
  scopes: readonly Scope[],
): string | undefined {
  let first: string | undefined;
  for (const id of check.covers) {
    const requirement = suite.requirements[id];
    const why = requirement === undefined ? undefined : whyNotBound(requirement, scopes);
    if (why === undefined) return undefined;
    first ??= why;
  }
  return first;
}

/** The roles that a scenario gives a fault on purpose: what these do provokes others, and is not judged. */
export function faultyRoles({ scenarios }: Suite, scenario: string | undefined): string[] {
  const nodes = scenarios.find(({ id }) => id === scenario)?.nodes ?? {};
  return Object.values(nodes).filter(({ stimulusFault }) => stimulusFault !== undefined)
    .map(({ role }) => role);
}

/** The roles whose conduct a scenario's evidence is judged by, for devices of these scopes. */
export function rolesJudged(
  suite: Suite,
  scenario: string | undefined,
  scopes: readonly Scope[],
): string[] {
  const faulty = faultyRoles(suite, scenario);
  return [...new Set(scopes.flatMap(({ roles }) => roles))]
    .filter((role) => !faulty.includes(role));
}

/** The most binding level among the requirements that a check covers. */
export function levelOf(suite: Suite, check: Check): Requirement["level"] {
  const levels = check.covers.map((id) => suite.requirements[id]?.level);
  return levels.includes("MUST") ? "MUST" : levels.includes("SHOULD") ? "SHOULD" : "MAY";
}

/**
 * What the reference peers of a suite declare: every role, the classes of the scenarios, and every
 * class or option that a check judges by itself. They implement more; what nobody judges is not
 * claimed. A requirement of several classes claims none of them, as one of them suffices for it.
 */
export function referenceScope(suite: Suite): Scope {
  let scope = scopes.get(suite);
  if (scope === undefined) scopes.set(suite, scope = declaredByReferences(suite));
  return scope;
}

/** By suite, as a run asks for it thousands of times. */
const scopes = new WeakMap<Suite, Scope>();

function declaredByReferences(suite: Suite): Scope {
  const roles = new Set<string>();
  const classes = new Set<string>();
  for (const check of suite.checks) {
    for (const id of check.covers) {
      const { binds = [], classes: named = [] } = suite.requirements[id] ?? {};
      for (const role of binds) roles.add(role);
      if (named.length === 1) classes.add(named[0]);
    }
  }
  for (const { class: name, needs = [], nodes } of suite.scenarios) {
    for (const word of [name, ...needs]) classes.add(word);
    for (const { role } of Object.values(nodes)) roles.add(role);
  }
  return { roles: [...roles], classes: [...classes] };
}

/**
 * Whether a suite is at work on a requirement: it binds all devices, or belongs to a class that the
 * reference peers declare. A MUST that is wants a check and a mutant.
 */
export function isInScope(suite: Suite, requirement: Requirement): boolean {
  const scope = referenceScope(suite);
  return requirement.classes?.some((word) => scope.classes.includes(word)) ?? true;
}
