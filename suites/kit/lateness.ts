/** How time is judged when the lab itself may have been late. All times are in milliseconds. */
import type { EvidenceRecord } from "./evidence.ts";
import { tooLateToTell, type Verdict } from "./verdict.ts";

/** By which a tap's clock, or the rounding of a timer, may be off. */
const RESOLUTION = 1;
/** What evidence is granted that does not say how late its lab was, such as captures alone. */
const UNRECORDED = 50;
/** A limit of which the lateness may be more than this part can no longer be judged. */
const LARGEST_PART = 0.5;

/**
 * By how much what a capture shows of these nodes may differ from what they meant: the lateness of
 * each, or that of the machine for a node that does not tell its own, with that of the wires and the
 * resolution of the taps.
 */
export function toleranceOf({ lateness }: EvidenceRecord, ...nodes: string[]): number {
  if (lateness === undefined) return UNRECORDED;
  const late = nodes.map((node) => lateness.nodes[node] ?? lateness.machine);
  return late.reduce((sum, ms) => sum + ms, lateness.wires + RESOLUTION);
}

/** By how much the lab was late at its worst, whoever it was; 0 where nobody measured it. */
export function worstLateness({ lateness }: EvidenceRecord): number {
  if (lateness === undefined) return 0;
  return Math.max(lateness.machine, lateness.wires, ...Object.values(lateness.nodes));
}

/** What a reader is told of evidence whose scenario was run again; undefined when it was not. */
export function rerunNote({ rerun }: EvidenceRecord): string | undefined {
  if (rerun === undefined) return undefined;
  return rerun.remembered
    ? "run again by itself as the device went on with a conversation of before the first time"
    : `run again by itself as the lab was ${told(rerun.late)} late the first time`;
}

/**
 * Judges a limit in time.
 * @param limit The time that it allows or demands: the measure of what lateness is too much for it.
 * @param excess By how much it was missed, in either direction; 0 or less when it was kept.
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
    const most = Math.round(limit);
    return tooLateToTell(`the lab was up to ${told(tolerance)} late, too much to judge ${most} ms`);
  }
  return excess <= tolerance ? undefined : broken();
}

/**
 * Judges a device that did not act by what had reached its interface: it may not have known.
 * @param known How long before its act that came.
 */
export function judgeUnaware(known: number, tolerance: number, broken: () => Verdict): Verdict {
  if (known > tolerance) return broken();
  return tooLateToTell(
    `the lab was up to ${told(tolerance)} late: the device may not have known what came ${
      Math.round(known)
    } ms before`,
  );
}

const told = (milliseconds: number) => `${Math.ceil(milliseconds)} ms`;
