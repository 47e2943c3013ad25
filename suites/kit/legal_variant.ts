import type { RuleOverrides } from "../../peers/rule_overrides.ts";

/**
 * A reference peer with one rule replaced by another legal choice: every check passes it. It guards
 * against checks that take our own peers' habits for the specification.
 */
export interface LegalVariant<Overrides extends RuleOverrides = RuleOverrides> {
  /** `core_identity/sender/selects_by_hash`. */
  id: string;
  /** The other legal conduct as a sentence. */
  title: string;
  /** The sentence that allows it, such as `source 000 [0072]`. */
  source: string;
  /** Which role's rules it replaces. */
  role: string;
  /** Classes of the scenarios in which its choice is made; all of them where it does not say. */
  classes?: readonly string[];
  /** Whether it goes through heavy scenarios as well, as it differs where much is sent. */
  heavy?: boolean;
  /** The rules that replace those of the machines that the peer is made of. */
  rules: Overrides;
  /** Options of its role that such a device does not have, so that its profile leaves them out. */
  lacks?: readonly string[];
  /** What a profile of such a device declares among its parameters. */
  parameters?: Readonly<Record<string, string | number | boolean>>;
}
