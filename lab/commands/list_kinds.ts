/** The kinds of things that `list` knows. */
/** Their names on the command line. */
export const KINDS = [
  "suites",
  "requirements",
  "checks",
  "scenarios",
  "devices",
  "mutants",
  "topologies",
  "roles",
  "classes",
  "parameters",
] as const;

/** One of the kinds. */
export type Kind = typeof KINDS[number];
