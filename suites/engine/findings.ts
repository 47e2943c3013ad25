import type { Reads } from "./integrity/damage.ts";

/** What the collectors of one suite found. */
export interface Findings {
  /** Facts by name of the collector, for the collectors that worked. */
  facts: Map<string, unknown>;
  /** Why a collector broke down, by its name: a defect of ours. */
  broken: Map<string, string>;
  /** What a collector could not keep, by its name: no verdict may rest on its facts. */
  excess: Map<string, string>;
  /** Frames of the suite that a capture cut short, each as one sentence without a full stop. */
  cut: string[];
  /** What each collector reads, by its name. */
  reads: Map<string, Reads>;
}
