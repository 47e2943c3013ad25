/** How the mutants of this suite are made. */
import type { L2tpRules } from "../../../peers/l2tp/rules.ts";
import type { Mutant } from "../../kit/mutant.ts";
import type { Role } from "../cases.ts";
import type { L2tpId } from "../requirements.ts";
import type { WireRules } from "../wire_rules.ts";

/** Rules that a mutant replaces. */
export type Rules = Partial<L2tpRules & WireRules>;

/** What breaks besides, by role where the roles differ. */
export type Companions = readonly L2tpId[] | Partial<Record<Role, readonly L2tpId[]>>;

/** One mutant of one role. */
export function mutant(
  role: Role,
  name: string,
  title: string,
  violates: L2tpId,
  rules: Rules,
  alsoViolates: Companions = [],
): Mutant<L2tpId> {
  const own = Array.isArray(alsoViolates)
    ? alsoViolates as readonly L2tpId[]
    : (alsoViolates as Partial<Record<Role, readonly L2tpId[]>>)[role] ?? [];
  return { id: `l2tp/${role}/${name}`, title, violates, alsoViolates: own, role, rules };
}

/** The same mutant of either role. */
export function both(...rest: [string, string, L2tpId, Rules, Companions?]): Mutant<L2tpId>[] {
  return [mutant("lac", ...rest), mutant("lns", ...rest)];
}
