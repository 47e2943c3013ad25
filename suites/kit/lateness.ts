/** How limits in time are judged when the lab itself may have been late. */
import type { EvidenceRecord } from "./evidence.ts";
import { tooLateToTell, type Verdict } from "./verdict.ts";

/** Milliseconds by which a tap's clock, or a timer's rounding, may be off. */
const RESOLUTION = 1;
/** What evidence is granted that does not say how late its lab was, such as captures alone. */
const UNRECORDED = 50;
/** A limit of which lateness may be more than this part can no longer be judged. */
const LARGEST_PART = 0.5;

/**
 * Milliseconds by which what a capture shows of these nodes may differ from what they meant: the
 * lateness of each, of the machine where a node's own is not known, and of the wires between them, with
 * the resolution of the taps.
 */
export function toleranceOf({ lateness }: EvidenceRecord, ...nodes: string[]): number {
  if (lateness === undefined) return UNRECORDED;
  const late = nodes.map((node) => Math.max(lateness.nodes[node] ?? 0, lateness.machine));
  return late.reduce((sum, ms) => sum + ms, lateness.wires + RESOLUTION);
}

/**
 * Judges a limit in time.
 * @param limit Milliseconds that it allows or demands: the measure of what lateness matters.
 * @param excess Milliseconds by which it was missed, in either direction; 0 or less when it was kept.
 * @param tolerance What `toleranceOf` grants those who took part.
 * @param broken Tells of the failure.
 * @returns Undefined when the limit was kept, or missed by no more than the tolerance.
 */
export function judgeLimit(
  limit: number,
  excess: number,
  tolerance: number,
  broken: () => Verdict,
): Verdict | undefined {
  if (excess <= 0) return undefined;
  if (tolerance > limit * LARGEST_PART) {
    return tooLateToTell(
      `the lab was up to ${Math.ceil(tolerance)} ms late, too much for a limit of ${
        Math.round(limit)
      } ms`,
    );
  }
  return excess <= tolerance ? undefined : broken();
}
