import { seriesOf } from "../kit/capture_series.ts";
import type { Evidence, Tap } from "../kit/evidence.ts";

/**
 * The taps in the order in which they are walked: what belongs together is walked together. Those
 * of our own evidence are files of their own; a capturing program may have begun a new file of the
 * same interface every so often.
 */
export function seriesOfTaps({ world, taps }: Evidence): Tap[][] {
  if (world !== "captures") return taps.map((tap) => [tap]);
  const series = new Map<string, Tap[]>();
  for (const tap of taps) {
    const key = JSON.stringify([tap.node, tap.side, seriesOf(tap)]);
    const others = series.get(key);
    if (others === undefined) series.set(key, [tap]);
    else others.push(tap);
  }
  return [...series.values()];
}
