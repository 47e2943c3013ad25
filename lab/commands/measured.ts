import { isLeftAlone, type LegalResult } from "../legality.ts";
import { isPerfect, type MutationScore } from "../mutation.ts";

/** What a run of `mutants` found. */
export interface Measured extends MutationScore {
  /** Legal variants of a module; none without one. */
  legalVariants: LegalResult[];
}

/** Whether everything was as it has to be; legal variants may stand without a mutant. */
export function isRight(measured: Measured): boolean {
  const { total, legalVariants } = measured;
  if (!legalVariants.every(isLeftAlone)) return false;
  return total === 0 && legalVariants.length > 0 || isPerfect(measured);
}
