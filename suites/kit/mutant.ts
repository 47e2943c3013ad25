/** A reference peer with one rule replaced: what its own check must catch. */
export interface Mutant<Id extends string = string> {
  /** `core_identity/receiver/modulo_on_another_base`. */
  id: string;
  /** The wrong behaviour as a sentence. */
  title: string;
  /** The requirement it breaks. */
  violates: Id;
  /** Requirements that cannot help being broken with it. */
  alsoViolates?: readonly Id[];
  /** Which role's rules it replaces. */
  role: string;
  /** The replaced rules; the peer merges them over its own. */
  // deno-lint-ignore no-explicit-any
  rules: Record<string, any>;
}
