import type { PacketMutatorRules, RuleOverrides } from "../rule_overrides.ts";
import type { CoalescingRules } from "./coalescing_rules.ts";
import type { DecapsulatorRules, EncapsulatorRules } from "./edge_rules.ts";
import type { ClassifierRules } from "./classifier_rules.ts";
import type { NicRules, SegmentationRules } from "./rules.ts";

/** The rules of each machine that a device is made of, by the machine's name. */
export interface OffloadMachines {
  /** The network card as a whole. */
  nic: NicRules;
  /** What it takes for a segment. */
  classifier: ClassifierRules;
  segmentation: SegmentationRules;
  coalescing: CoalescingRules;
  /** An edge on the way into the cloud, and out of it. */
  encapsulator: EncapsulatorRules;
  decapsulator: DecapsulatorRules;
  /** The packet mutator in front of the device. */
  wire: PacketMutatorRules;
}

/** Rules that replace those of a device. */
export type OffloadOverrides = RuleOverrides<OffloadMachines>;
