import type { Profile } from "../suites/kit/profile.ts";
import { profileSchema } from "../suites/kit/profile.ts";
import type { Suite } from "../suites/kit/suite.ts";

/** The profile of our own peer in a role: it declares every class that the suite knows. */
export function referenceProfile(suite: Suite, role: string, mutant?: string): Profile {
  const classes = new Set(suite.scenarios.map((scenario) => scenario.class));
  for (const { classes: own } of Object.values(suite.requirements)) {
    own?.forEach((name) => classes.add(name));
  }
  return profileSchema.parse({
    name: mutant ?? `reference ${role}`,
    vendor: "Plumbline",
    roles: [role],
    classes: [...classes],
    attach: { kind: "reference", mutant },
    trace: { kind: "jsonl" },
  });
}
