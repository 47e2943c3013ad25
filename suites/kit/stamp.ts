/**
 * The stamp at the front of every UDP payload that a lab's hosts send, so that any world and any
 * check can tell flows and datagrams apart: magic (32 bits), flow index (32), run (32), sequence (32),
 * network byte order, then octets that follow from magic, flow and sequence. The run follows from the
 * seed, so that what a device says again of an earlier conversation is told from what it was given.
 */
import type { HeaderWalker } from "../../captures/walk.ts";

/** "PLUM". */
const MAGIC = 0x504c554d;
/** Flows of one stimulus are fewer. */
const MOST_FLOWS = 1 << 20;
/** Octets of a stamp; the least that a payload can have. */
export const STAMP_LENGTH = 16;

/** The run that stands in stamps at a seed: 0 at seed 1. */
export function runOfSeed(seed: number): number {
  return seed - 1 >>> 0;
}

/** A stamped payload of `size` octets. */
export function stampedPayload(
  flow: number,
  sequence: number,
  size: number,
  run = 0,
): Uint8Array {
  if (size < STAMP_LENGTH) {
    throw new RangeError(`Cannot stamp a payload as its size must be at least 16: got ${size}`);
  }
  const payload = new Uint8Array(size);
  const view = new DataView(payload.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, flow);
  view.setUint32(8, run);
  view.setUint32(12, sequence);
  for (let i = STAMP_LENGTH; i < size; i++) payload[i] = fill(flow, sequence, i);
  return payload;
}

/** Whether a payload is exactly what `stampedPayload` makes for the flow and sequence it names. */
export function isStamped(payload: Uint8Array): boolean {
  if (payload.length < STAMP_LENGTH) return false;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  if (view.getUint32(0) !== MAGIC) return false;
  const flow = view.getUint32(4), sequence = view.getUint32(12);
  for (let i = STAMP_LENGTH; i < payload.length; i++) {
    if (payload[i] !== fill(flow, sequence, i)) return false;
  }
  return true;
}

/** Whether the UDP datagram that the walker stands on has a stamp. Allocates nothing. */
export function hasStamp(view: DataView, walker: HeaderWalker): boolean {
  const at = walker.l4 + 8;
  return walker.l4 >= 0 && walker.end - at >= STAMP_LENGTH && view.getUint32(at) === MAGIC;
}

/** Whether a stamp may stand at `at`, whatever is around it: its magic, and a flow as labs count them. */
export function isStampAt(view: DataView, at: number, end: number): boolean {
  return end - at >= STAMP_LENGTH && view.getUint32(at) === MAGIC &&
    view.getUint32(at + 4) < MOST_FLOWS;
}

/** The stamp of the UDP datagram that the walker stands on, or undefined when it has none. */
export function stampOf(
  view: DataView,
  walker: HeaderWalker,
): { flow: number; sequence: number } | undefined {
  if (!hasStamp(view, walker)) return undefined;
  const at = walker.l4 + 8;
  return { flow: view.getUint32(at + 4), sequence: view.getUint32(at + 12) };
}

/** The run of the stamp that the walker stands on; -1 for a datagram that has none. */
export function stampedRun(view: DataView, { l4, end }: HeaderWalker): number {
  const at = l4 + 8;
  const isStamped = l4 >= 0 && end - at >= STAMP_LENGTH && view.getUint32(at) === MAGIC;
  return isStamped ? view.getUint32(at + 8) : -1;
}

/** Lower-case letters: other octets look like some protocol or other to a dissector that guesses. */
function fill(flow: number, sequence: number, i: number): number {
  return 0x61 + (flow * 31 + sequence * 7 + i) % 26;
}
