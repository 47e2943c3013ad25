/** How the mutants of this suite are made. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { Mutant } from "../../kit/mutant.ts";
import type { Role } from "../cases.ts";
import type { L2tpId } from "../requirements.ts";

/** A mutant of this suite. */
export type L2tpMutant = Mutant<L2tpId, L2tpOverrides>;

/** What breaks besides, by role where the roles differ. */
export type Companions = readonly L2tpId[] | Partial<Record<Role, readonly L2tpId[]>>;

/** One mutant of one role. */
export function mutant(
  role: Role,
  name: string,
  title: string,
  violates: L2tpId,
  rules: L2tpOverrides,
  alsoViolates: Companions = [],
): L2tpMutant {
  const own = Array.isArray(alsoViolates)
    ? alsoViolates as readonly L2tpId[]
    : (alsoViolates as Partial<Record<Role, readonly L2tpId[]>>)[role] ?? [];
  return { id: `l2tp/${role}/${name}`, title, violates, alsoViolates: own, role, rules };
}

/** The same mutant of either role. */
export function both(...rest: [string, string, L2tpId, L2tpOverrides, Companions?]): L2tpMutant[] {
  return [mutant("lac", ...rest), mutant("lns", ...rest)];
}
