/** How binding a requirement is, in the sense of RFC 2119. */
export type Level = "MUST" | "SHOULD" | "MAY";

/**
 * One sentence of a specification that a device can keep or break.
 * @typeParam Id The ids of one suite, so that citing an unknown id does not compile.
 */
export interface Requirement<Id extends string = string> {
  /** Stable for ever, such as `CID-059`. */
  id: Id;
  level: Level;
  /** Classes that must be declared before it binds; absent when it binds every device. */
  classes?: readonly string[];
  /** Roles that it binds. */
  binds: readonly string[];
  /** Where the sentence stands, such as `seed 000 [0073], claim 46i`. */
  source: string;
  /** The requirement in our own words. */
  text: string;
}

/** A requirement as the catalogue file writes it: its id is its key. */
export type RequirementEntry = Omit<Requirement, "id">;

/** Turns a literal record of entries into requirements with ids that the compiler knows. */
export function catalogue<const T extends Record<string, RequirementEntry>>(
  entries: T,
): { readonly [Id in keyof T & string]: Requirement<Id> } {
  const out: Record<string, Requirement> = {};
  for (const [id, entry] of Object.entries(entries)) out[id] = { id, ...entry };
  return out as { readonly [Id in keyof T & string]: Requirement<Id> };
}
