/** What is around wholes and parts in their flows. */
import { Column, type PacketColumns } from "./packet_columns.ts";

/** What is known of wholes and their parts so far: see `Matching`. */
interface Known {
  readonly wholes: PacketColumns;
  readonly parts: PacketColumns;
  readonly first: Int32Array;
  lastOf(whole: number): number;
}

/** By whole: the last part of the whole before it in its flow, and the first part of that behind it. */
export function surroundings(
  matching: Known,
  flows: number,
): [Int32Array, Int32Array] {
  const { wholes, first } = matching, { count } = wholes;
  const before = new Int32Array(count), behind = new Int32Array(count);
  const of = new Int32Array(flows + 1).fill(-1);
  for (let whole = 0; whole < count; whole++) {
    const flow = wholes.get(whole, Column.flow);
    before[whole] = of[flow];
    if (first[whole] >= 0) of[flow] = matching.lastOf(whole);
  }
  of.fill(matching.parts.count);
  for (let whole = count - 1; whole >= 0; whole--) {
    const flow = wholes.get(whole, Column.flow);
    behind[whole] = of[flow];
    if (first[whole] >= 0) of[flow] = first[whole];
  }
  return [before, behind];
}

/**
 * By part: the next one of its flow, or -1. By flow: its first part, or -1, and whether it has any.
 */
export function flowLinks(parts: PacketColumns, flows: number) {
  const later = new Int32Array(parts.count).fill(-1), last = new Int32Array(flows + 1).fill(-1);
  const open = new Int32Array(flows + 1).fill(-1), known = new Uint8Array(flows + 1);
  for (let part = 0; part < parts.count; part++) {
    const flow = parts.get(part, Column.flow);
    known[flow] = 1;
    if (last[flow] < 0) open[flow] = part;
    else later[last[flow]] = part;
    last[flow] = part;
  }
  return { later, open, known };
}
