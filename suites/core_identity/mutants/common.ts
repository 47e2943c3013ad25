/** How a mutant of this suite is made. */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { NODE_RULES, type NodeRules } from "../../../peers/core_identity/rules.ts";
import type { Mutant } from "../../kit/mutant.ts";
import type { CoreIdentityId } from "../requirements.ts";

/** A mutant of this suite. */
export type CoreIdentityMutant = Mutant<CoreIdentityId, CoreIdentityOverrides>;

/**
 * A mutant: the reference node with some of its rules replaced.
 * @param alsoViolates Requirements that cannot help breaking with `violates`; a full run shows just these.
 */
export function mutant(
  role: "sender" | "receiver",
  name: string,
  title: string,
  violates: CoreIdentityId,
  rules: CoreIdentityOverrides,
  alsoViolates: readonly CoreIdentityId[] = [],
): CoreIdentityMutant {
  return { id: `core_identity/${role}/${name}`, title, violates, alsoViolates, role, rules };
}

/** A session key that leaves out one field of its four. */
export function keyWithout(field: "source" | "destination" | "sourcePort" | "destinationPort") {
  const blank = field.endsWith("Port") ? -2 : "any";
  return (
    c: Parameters<NodeRules["sessionKey"]>[0],
    criteria: Parameters<NodeRules["sessionKey"]>[1],
  ) => NODE_RULES.sessionKey({ ...c, [field]: blank }, criteria, 0);
}
