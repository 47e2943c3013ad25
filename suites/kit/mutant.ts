import type { RuleOverrides } from "../../peers/rule_overrides.ts";

/** A reference peer with one rule replaced: what its own check must catch. */
export interface Mutant<
  Id extends string = string,
  Overrides extends RuleOverrides = RuleOverrides,
> {
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
  /** The rules that replace those of the machines that the peer is made of. */
  rules: Overrides;
}
