import type { PacketMutatorRules, RuleOverrides } from "../rule_overrides.ts";
import type { L2tpRules } from "./rules.ts";

/** Rules that replace those of a LAC or an LNS, and of the packet mutator in front of it. */
export type L2tpOverrides = RuleOverrides<{ l2tp: L2tpRules; wire: PacketMutatorRules }>;
