/** Octets of the heap from which on it is worth the time to look for what is garbage. */
const MUCH = 96e6;

/**
 * Gives back what the evidence before has taken: left to itself the runtime lets garbage pile up to as
 * much again as lives, and the bound on memory holds for whatever is judged one after another. Without
 * `--expose-gc` it does nothing.
 */
export function collectGarbage(): void {
  const { gc } = globalThis as { gc?: () => void };
  if (gc !== undefined && Deno.memoryUsage().heapUsed > MUCH) gc();
}
