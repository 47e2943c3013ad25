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
