import type { PacketMutatorRules, RuleOverrides } from "../rule_overrides.ts";
import type { NodeRules } from "./rules.ts";

/** Rules that replace those of a node, and of the packet mutator in front of it. */
export type CoreIdentityOverrides = RuleOverrides<{ node: NodeRules; wire: PacketMutatorRules }>;
