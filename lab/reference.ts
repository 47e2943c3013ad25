import { referenceScope } from "../suites/engine/scope.ts";
import { type Profile, profileSchema } from "../suites/kit/profile.ts";
import type { Suite } from "../suites/kit/suite.ts";

/** The profile of our own peer in a role, with a mutant's rule where one is named. */
export function referenceProfile(suite: Suite, role: string, mutant?: string): Profile {
  return profileSchema.parse({
    name: mutant ?? `reference ${role}`,
    vendor: "Plumbline",
    roles: [role],
    classes: [...referenceScope(suite).classes],
    attach: { kind: "reference", mutant },
    trace: { kind: "jsonl" },
  });
}
