import { mergeOverrides, type RuleOverrides } from "../../peers/rule_overrides.ts";
import { referenceScope } from "../../suites/engine/scope.ts";
import type { LegalVariant } from "../../suites/kit/legal_variant.ts";
import type { Mutant } from "../../suites/kit/mutant.ts";
import { type Profile, profileSchema } from "../../suites/kit/profile.ts";
import type { Suite } from "../../suites/kit/suite.ts";

/** By suite and role: every scenario asks for them. */
const PROFILES = new WeakMap<Suite, Map<string, Profile>>();

/** The profile of our own peer in a role. */
export function referenceProfile(suite: Suite, role: string): Profile {
  let profiles = PROFILES.get(suite);
  if (profiles === undefined) PROFILES.set(suite, profiles = new Map());
  let profile = profiles.get(role);
  if (profile === undefined) profiles.set(role, profile = makeReferenceProfile(suite, role));
  return profile;
}

function makeReferenceProfile(suite: Suite, role: string): Profile {
  return profileSchema.parse({
    name: `reference ${role}`,
    vendor: "Plumbline",
    roles: [role],
    classes: [...referenceScope(suite).classes],
    attach: { kind: "reference" },
    trace: { kind: "jsonl" },
  });
}

/** The profile of our own peer with one rule replaced: a device under test like any other. */
export function variantProfile(suite: Suite, variant: Mutant | LegalVariant): Profile {
  const { id, role } = variant;
  const { parameters, lacks = [] }: Partial<LegalVariant> = variant;
  const profile = referenceProfile(suite, role);
  return profileSchema.parse({
    ...profile,
    name: id,
    classes: profile.classes.filter((word) => !lacks.includes(word)),
    attach: { kind: "reference", variant: id },
    parameters,
  });
}

/** The mutant or the legal variant of this id; undefined when the suite has none. */
export function variantOf(suite: Suite, id: string): Mutant | LegalVariant | undefined {
  const { mutants, legalVariants = [] } = suite;
  return [...mutants, ...legalVariants].find((variant) => variant.id === id);
}

/**
 * The rules that replace a peer's own: those of the stimulus fault of its node, then those of the
 * variant that it is. A variant of another role changes nothing that this role does.
 * @throws {RangeError} When the suite has no such fault, or no such variant.
 */
export function overridesOf(
  suite: Suite,
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
