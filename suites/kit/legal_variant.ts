/**
 * A reference peer with one rule replaced by another legal choice: every check passes it. It guards
 * against checks that take our own peers' habits for the specification.
 */
export interface LegalVariant {
  /** `core_identity/sender/selects_by_hash`. */
  id: string;
  /** The other legal conduct as a sentence. */
  title: string;
  /** The sentence that allows it, such as `source 000 [0072]`. */
  source: string;
  /** Which role's rules it replaces. */
  role: string;
  /** The replaced rules; the peer merges them over its own. */
  // deno-lint-ignore no-explicit-any
  rules: Record<string, any>;
  /** What a profile of such a device declares among its parameters. */
  parameters?: Readonly<Record<string, string | number | boolean>>;
}
