/**
 * Rows of the catalogue that no check judges, and why. Most are MUSTs of forms of the system that no
 * reference peer plays yet: a device that declares one finds it without a judge, and `mutants` counts
 * them as open. `suites/self/catalogue_test.ts` holds the list of the MUSTs.
 */
import type { CoreIdentityId } from "./requirements.ts";

const UNPLAYED_OPTION = "no reference peer implements the option yet";

/** Why nobody judges a row. */
export const UNDECLARED: Partial<Record<CoreIdentityId, string>> = {
  "CID-017": UNPLAYED_OPTION,
  "CID-024": UNPLAYED_OPTION,
  "CID-044": UNPLAYED_OPTION,
  "CID-045": UNPLAYED_OPTION,
  "CID-046": UNPLAYED_OPTION,
  "CID-047": UNPLAYED_OPTION,
  "CID-049": UNPLAYED_OPTION,
};
