/** Axes: round numbers that people read, and the units that fit them. */

/** A place on an axis. */
export interface Tick {
  value: number;
  label: string;
}

/** At most about `count` round values from 0 to `most`. */
export function roundTicks(most: number, count: number): number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough * 0.7)!;
  const out: number[] = [];
  for (let i = 0; i * step <= most * 1.000001; i++) out.push(i * step);
  return out;
}

/** Ticks of a time axis that ends at `most` seconds, in s, ms, or µs. */
export function timeTicks(most: number): Tick[] {
  return roundTicks(most, 6).map((value) => ({ value, label: duration(value, most) }));
}

/** Ticks of a quantity. */
export function quantityTicks(most: number): Tick[] {
  return roundTicks(most, 4).map((value) => ({ value, label: quantity(value) }));
}

/** Seconds as people write them: `70 µs`, `2.31 ms`, `1.5 s`; in the unit that fits `scale`. */
export function duration(seconds: number, scale = seconds): string {
  const size = Math.abs(scale);
  const [factor, unit] = size >= 1 ? [1, "s"] : size >= 1e-3 ? [1e3, "ms"] : [1e6, "µs"];
  const value = seconds * Number(factor);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return `${Number(value.toFixed(digits))} ${unit}`;
}

/** A moment to the microsecond: `70 µs`, `826.123 ms`, `12.000345 s`. */
export function moment(seconds: number): string {
  const micro = Math.round(seconds * 1e6);
  if (micro < 1000) return `${micro} µs`;
  return micro < 1_000_000 ? `${(micro / 1e3).toFixed(3)} ms` : `${(micro / 1e6).toFixed(6)} s`;
}

/** A number as people write it: `1,234`, `12.3 k`, `4.56 M`. */
export function quantity(value: number): string {
  for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]] as const) {
    if (Math.abs(value) >= size) {
      const divisor = unit === "k" ? 1e3 : size;
      return `${Number((value / divisor).toPrecision(3))} ${unit}`;
    }
  }
  return Number(value.toPrecision(4)).toLocaleString("en");
}
