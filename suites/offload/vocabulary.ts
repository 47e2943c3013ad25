/** The words of this suite, so that one that does not exist does not compile. */
import type { OffloadOverrides } from "../../peers/offload/overrides.ts";
import { type Kit, kitOf, type Words } from "../kit/words.ts";
import type { OffloadId } from "./requirements.ts";
import type { OffloadClass } from "./requirements/classes.ts";
import type { OffloadRole } from "./requirements/row.ts";

export type { OffloadClass, OffloadId, OffloadRole };

/** Devices of the labs: see `topologies.ts`. */
export type OffloadNode = "nic" | "encapsulator" | "decapsulator";

/** Trace events that scenarios wait for. */
export type OffloadEvent = "presets" | "preset_refused";

/** What a suite of offloading devices is written with. */
export interface OffloadWords extends Words {
  requirement: OffloadId;
  role: OffloadRole;
  class: OffloadClass;
  node: OffloadNode;
  event: OffloadEvent;
  rules: OffloadOverrides;
}

/** The makers of cases, invariants, scenarios, mutants and legal variants. */
export const kit: Kit<OffloadWords> = kitOf("offload");
