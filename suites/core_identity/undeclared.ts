/**
 * Rows of the catalogue that no check judges, and why. Most are MUSTs of forms of the system that no
 * reference peer plays yet: a device that declares one finds it without a judge, and `mutants` counts
 * them as open. `suites/self/catalogue_test.ts` holds the list of the MUSTs.
 */
import type { CoreIdentityId } from "./requirements.ts";

const NO_FORM_1 = "no reference peer reports an identity per session (figures 1 and 4) yet";
const UNPLAYED_OPTION = "no reference peer implements the option yet";

/** Why nobody judges a row. */
export const UNDECLARED: Partial<Record<CoreIdentityId, string>> = {
  "CID-008": NO_FORM_1,
  "CID-009": NO_FORM_1,
  "CID-010": NO_FORM_1,
  "CID-011": NO_FORM_1,
  "CID-012": NO_FORM_1,
  "CID-013": NO_FORM_1,
  "CID-014": NO_FORM_1,
  "CID-015": NO_FORM_1,
  "CID-016": NO_FORM_1,
  "CID-017": UNPLAYED_OPTION,
  "CID-018": NO_FORM_1,
  "CID-021": UNPLAYED_OPTION,
  "CID-022": NO_FORM_1,
  "CID-023": NO_FORM_1,
  "CID-024": UNPLAYED_OPTION,
  "CID-025": UNPLAYED_OPTION,
  "CID-026": NO_FORM_1,
  "CID-027": NO_FORM_1,
  "CID-042": UNPLAYED_OPTION,
  "CID-043": UNPLAYED_OPTION,
  "CID-044": UNPLAYED_OPTION,
  "CID-045": UNPLAYED_OPTION,
  "CID-046": UNPLAYED_OPTION,
  "CID-047": UNPLAYED_OPTION,
  "CID-049": UNPLAYED_OPTION,
};
