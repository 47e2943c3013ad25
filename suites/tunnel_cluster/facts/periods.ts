/** Whether something comes in each period. */
import { judgeLimit } from "../../kit/lateness.ts";
import { gravest, type PartialVerdict, type Verdict } from "../../kit/verdict.ts";

/** Periods without anything that show that it has ceased: what is lost may be lost twice. */
const CEASED = 3;
/** Periods of a gap that is none of punctuality, and how many of these may be losses. */
const LATE = 1.5, LOSSES = 2;

/**
 * Fails unless things come in each period of some time. Times in seconds.
 * @param times In their order, with the beginning and the end of the time.
 * @param tolerance Milliseconds by which the lab was late.
 * @param broken Tells of a gap, by the position of its end.
 */
export function inEachPeriod(
  times: readonly number[],
  period: number,
  tolerance: number,
  broken: (end: number) => Verdict,
): PartialVerdict {
  const gaps = times.slice(1).map((time, i) => ({ length: time - times[i], end: i + 1 }))
    .sort((a, b) => b.length - a.length);
  const over = (gap: { length: number; end: number } | undefined, most: number) =>
    gap && judgeLimit(
      most * period * 1000,
      (gap.length - most * period) * 1000,
      tolerance,
      () => broken(gap.end),
    );
  return gravest(over(gaps[0], CEASED), over(gaps[LOSSES], LATE));
}

/** The longest time between two that follow one another. */
export function longestGap(times: readonly number[]): { from: number; to: number } | undefined {
  let longest: { from: number; to: number } | undefined;
  for (let i = 1; i < times.length; i++) {
    const gap = { from: times[i - 1], to: times[i] };
    if (longest === undefined || gap.to - gap.from > longest.to - longest.from) longest = gap;
  }
  return longest;
}
