import type { HeaderWalker } from "../../../captures/walk.ts";

/** "PLUM": the lab's hosts begin every UDP payload with it (see `lab/stamp.ts`). */
const MAGIC = 0x504c554d;

/** The stamp of the UDP datagram that the walker stands on, or undefined when it has none. */
export function stampOf(
  view: DataView,
  walker: HeaderWalker,
): { flow: number; sequence: number } | undefined {
  const at = walker.l4 + 8;
  if (walker.l4 < 0 || walker.end - at < 16 || view.getUint32(at) !== MAGIC) return undefined;
  return { flow: view.getUint32(at + 4), sequence: view.getUint32(at + 12) };
}
