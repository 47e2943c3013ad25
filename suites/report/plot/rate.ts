/** Packets by time at every tap, in constant memory. */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Tap } from "../../kit/evidence.ts";
import type { Drawing } from "../../kit/figure.ts";

/** Slots of a histogram over time; its slots double in width when the time runs out of them. */
const SLOTS = 64;
/** Series at most: more lines than this cannot be distinguished. */
const MOST_SERIES = 6;

/** A histogram over a stretch of time that nobody knows beforehand. */
export class TimeHistogram {
  readonly counts = new Float64Array(SLOTS);
  /** Seconds that a slot is wide. */
  width = 1e-6;
  first = NaN;
  total = 0;

  /** Counts something at a time in seconds; what comes before the first counts with it. */
  add(time: number) {
    if (Number.isNaN(this.first)) this.first = time;
    let slot = Math.max(0, Math.floor((time - this.first) / this.width));
    while (slot >= SLOTS) {
      for (let i = 0; i < SLOTS / 2; i++) {
        this.counts[i] = this.counts[2 * i] + this.counts[2 * i + 1];
      }
      this.counts.fill(0, SLOTS / 2);
      this.width *= 2;
      slot = Math.floor((time - this.first) / this.width);
    }
    this.counts[slot]++;
    this.total++;
  }
}

/** Packets at one tap. */
interface TapRate {
  tap: Tap;
  histogram: TimeHistogram;
}

/** The pass that counts packets by time. */
export const rateCollector: FactCollector<TapRate[]> = {
  name: "report/rate",
  begin: () => new RateCollector(),
};

class RateCollector extends Collector<TapRate[]> {
  readonly #rates: TapRate[] = [];
  #base = NaN;
  #current: TapRate | undefined;

  override frame(frame: Frame, _walk: HeaderWalker, tap: Tap) {
    if (this.#current?.tap !== tap) {
      this.#rates.push(this.#current = { tap, histogram: new TimeHistogram() });
      if (Number.isNaN(this.#base)) this.#base = frame.seconds;
    }
    this.#current.histogram.add(frame.seconds - this.#base + frame.nanoseconds / 1e9);
  }

  facts(): TapRate[] {
    return this.#rates;
  }
}

/** Packet rate at each tap; undefined where too little happened for a plot to say anything. */
export function drawRates(rates: readonly TapRate[]): Drawing | undefined {
  const busy = rates.filter(({ histogram }) => histogram.total >= 50);
  if (busy.length === 0) return undefined;
  const zero = Math.min(...busy.map(({ histogram }) => histogram.first));
  const shown = [...busy].sort((a, b) => b.histogram.total - a.histogram.total)
    .slice(0, MOST_SERIES);
  const left = busy.length - shown.length;
  return {
    plot: {
      kind: "lines",
      unit: "packets/s",
      series: shown.map(({ tap, histogram }) => ({
        label: tap.name,
        points: pointsOf(histogram, zero),
      })),
    },
    ...(left === 0 ? {} : { note: `${left} more taps saw fewer packets.` }),
  };
}

function pointsOf({ counts, width, first }: TimeHistogram, zero: number): [number, number][] {
  let last = counts.length - 1;
  while (last > 0 && counts[last] === 0) last--;
  const points: [number, number][] = [];
  for (let i = 0; i <= last; i++) {
    points.push([first - zero + (i + 0.5) * width, counts[i] / width]);
  }
  return points;
}
