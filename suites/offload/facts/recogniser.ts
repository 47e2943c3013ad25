import type { Recogniser } from "../../kit/collector.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { lonePair } from "./lone_pair.ts";

/**
 * Which frames concern the suite: all of a lab, as a card must leave alone what it does not know, and all
 * of a pair of captures that a profile says to be of a card. Of other captures none: what a device did
 * can be told only where both of its sides are seen.
 */
export function recogniser(evidence: Evidence): Recogniser {
  const isConcerned = evidence.world !== "captures" || typeof lonePair(evidence) !== "string";
  return () => isConcerned;
}
