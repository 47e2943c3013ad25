/** How the mutants of this suite are written. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { Mutant } from "../../kit/mutant.ts";
import type { L2tpId } from "../requirements.ts";
import { kit } from "../vocabulary.ts";
import type { L2tpRole } from "../words.ts";

/** A mutant of this suite. */
export type L2tpMutant = Mutant<L2tpId, L2tpOverrides>;

/** What breaks besides, by role where the roles differ. */
export type AlsoViolated = readonly L2tpId[] | Partial<Record<L2tpRole, readonly L2tpId[]>>;

/** What a device cannot help breaking that loses, or dies of, what comes to it. */
const LOST: readonly L2tpId[] = ["L2TP-133", "L2TP-134"];

/** One mutant of one role. */
export function mutant(
  role: L2tpRole,
  name: string,
  title: string,
  violates: L2tpId,
  rules: L2tpOverrides,
  alsoViolates: readonly L2tpId[] = [],
): L2tpMutant {
  return kit.mutant({
    ...{ role, name, title, violates, rules },
    alsoViolates: rules.wire?.ingress === undefined ? alsoViolates : [...alsoViolates, ...LOST],
  });
}

/** The same mutant of either role. */
export function mutantOfBoth(
  name: string,
  title: string,
  violates: L2tpId,
  rules: L2tpOverrides,
  also: AlsoViolated = [],
): L2tpMutant[] {
  return (["lac", "lns"] as const).map((role) => {
    const listed = Array.isArray(also) ? also as readonly L2tpId[] : undefined;
    const byRole = (also as Partial<Record<L2tpRole, readonly L2tpId[]>>)[role];
    return mutant(role, name, title, violates, rules, listed ?? byRole ?? []);
  });
}
