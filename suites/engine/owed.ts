/** What devices have to answer for. */
import type { Profile } from "../kit/profile.ts";
import type { Suite } from "../kit/suite.ts";
import { referenceScope, rolesBound, type Scope } from "./scope.ts";

/** What the devices of a run have to answer for in a suite: all that they declare. */
export function scopesOwed(suite: Suite, devices: readonly Profile[]): readonly Scope[] {
  return devices.length === 0 ? [referenceScope(suite)] : devices;
}

/** What the devices have to answer for in one scenario: the roles that they play in it. */
export function scopesPlayed(
  suite: Suite,
  scenario: string,
  profiles: Readonly<Record<string, Profile>>,
): Scope[] {
  const nodes = suite.scenarios.find(({ id }) => id === scenario)?.nodes ?? {};
  const devices = Object.entries(profiles);
  if (devices.length === 0) {
    const roles = new Set(Object.values(nodes).map(({ role }) => role));
    return [{ ...referenceScope(suite), roles: [...roles] }];
  }
  return devices.flatMap(([node, { classes }]) =>
    nodes[node] === undefined ? [] : [{ roles: [nodes[node].role], classes }]
  );
}

/** Whether a suite asks anything of devices of these scopes. */
export function concernsDevices(suite: Suite, scopes: readonly Scope[]): boolean {
  return Object.values(suite.requirements).some((requirement) =>
    rolesBound(requirement, scopes).length > 0
  );
}
