/** Milliseconds since 1970 with fractions, from one clock for all threads of a process. */
export function wallMilliseconds(): number {
  return performance.timeOrigin + performance.now();
}

/** A monotonic clock that starts near 0 at `base` (of `wallMilliseconds`), the same in every thread. */
export function clockFrom(base: number): () => number {
  const shift = performance.timeOrigin - base;
  return () => shift + performance.now();
}
