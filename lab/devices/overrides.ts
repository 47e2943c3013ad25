/** The rules that a peer of ours has in the place of its own. */
import { mergeOverrides, type RuleOverrides } from "../../peers/rule_overrides.ts";
import type { LegalVariant } from "../../suites/kit/legal_variant.ts";
import type { Mutant } from "../../suites/kit/mutant.ts";
import type { ReferencePeers, Suite } from "../../suites/kit/suite.ts";

/** What a suite has of variants; peers that were loaded without their suite have none. */
export type Variants = Partial<Pick<Suite, "mutants" | "legalVariants">>;

/** The mutant or the legal variant of this id; undefined when the suite has none. */
export function variantOf(suite: Variants, id: string): Mutant | LegalVariant | undefined {
  const { mutants = [], legalVariants = [] } = suite;
  return [...mutants, ...legalVariants].find((variant) => variant.id === id);
}

/**
 * The rules that replace a peer's own: those of the stimulus fault of its node, then those of the
 * variant that it is. A variant of another role changes nothing that this role does.
 * @throws {RangeError} When the suite has no such fault, or no such variant.
 */
export function overridesOf(
  suite: ReferencePeers & Variants,
  { stimulusFault, variant }: { stimulusFault?: string; variant?: string },
): RuleOverrides {
  const fault = stimulusFault === undefined ? {} : suite.stimulusFaults[stimulusFault];
  if (fault === undefined) {
    throw new RangeError(`Cannot find stimulus fault "${stimulusFault}" in ${suite.name}`);
  }
  if (variant === undefined) return fault;
  const found = variantOf(suite, variant);
  if (found === undefined) {
    throw new RangeError(`Cannot find variant "${variant}" in ${suite.name}`);
  }
  return mergeOverrides(fault, found.rules);
}
