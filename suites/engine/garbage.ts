/**
 * Octets by which the heap must have grown to make it worth the time to look for what is garbage, and
 * the share of what lived before: all that lives is looked at.
 */
const GROWN = 16e6, SHARE = 0.25;

/** Octets of the heap after the last look. */
let left = GROWN;

/**
 * Gives back what the evidence before has taken: left to itself the runtime lets garbage pile up to as
 * much again as lives, and the bound on memory holds for whatever is judged one after another. Without
 * `--expose-gc` it does nothing.
 */
export function collectGarbage(): void {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined || Deno.memoryUsage().heapUsed < left + Math.max(GROWN, left * SHARE)) {
    return;
  }
  gc();
  left = Deno.memoryUsage().heapUsed;
}
