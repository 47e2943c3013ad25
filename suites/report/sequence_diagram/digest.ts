import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";

/** Octets that a digest covers at most: numbers that tell packets apart stand at their beginning. */
const COVERED = 192;

/**
 * A digest of what a router leaves alone: everything behind the IP header, or the whole frame where
 * there is none. 53 bits.
 * @param walk Where the frame's headers lie.
 */
export function digestOf(frame: Frame, walk: HeaderWalker): number {
  const { bytes } = frame;
  const ip = walk.l3 >= 0;
  const start = !ip ? frame.start : walk.l4 >= 0 ? walk.l4 : walk.l3;
  const end = ip ? walk.end : frame.end;
  const stop = Math.min(end, start + COVERED);
  let a = 0x811c9dc5 ^ (end - start), b = walk.protocol;
  for (let i = start; i < stop; i++) {
    a = Math.imul(a ^ bytes[i], 0x01000193);
    b = Math.imul(b ^ a, 0x5bd1e995) ^ b >>> 13;
  }
  return (a >>> 0) * 0x200000 + (b >>> 11);
}
