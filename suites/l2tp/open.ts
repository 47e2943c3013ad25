/**
 * What nobody judges yet. A requirement of the catalogue is either at work, with a check and a mutant
 * for each role that it binds, or it stands here, whole or for one role: no report claims it.
 */
import type { Requirement } from "../requirement.ts";
import type { L2tpId } from "./requirements.ts";

/** Open requirements, with the roles for which they are open. */
export const OPEN: Partial<Record<L2tpId, readonly string[]>> = {};

/** The requirements that are at work, each for the roles that are judged. */
export function atWork(
  all: Readonly<Record<string, Requirement>>,
  open: Readonly<Record<string, readonly string[] | undefined>>,
): Record<string, Requirement> {
  const out: Record<string, Requirement> = {};
  for (const [id, requirement] of Object.entries(all)) {
    const binds = requirement.binds.filter((role) => !open[id]?.includes(role));
    if (binds.length > 0) out[id] = { ...requirement, binds };
  }
  return out;
}
