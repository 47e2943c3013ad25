import type { RuleOverrides } from "../../peers/rule_overrides.ts";
import type { LegalVariant } from "./legal_variant.ts";
import type { Mutant } from "./mutant.ts";

/**
 * What a module outside the project exports, alone or several in an array, for `mutants --from`:
 * wrong devices that the checks of a suite must catch, and other legal ones that they must pass.
 */
export interface VariantModule<Overrides extends RuleOverrides = RuleOverrides> {
  /** The suite's word. */
  suite: string;
  mutants?: readonly Mutant<string, Overrides>[];
  legalVariants?: readonly LegalVariant<Overrides>[];
}
