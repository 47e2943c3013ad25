/** The kinds of things that `list` knows. */
/** Their names on the command line. */
export const KINDS = [
  "requirements",
  "checks",
  "scenarios",
  "devices",
  "mutants",
  "topologies",
] as const;

/** One of the kinds. */
export type Kind = typeof KINDS[number];
