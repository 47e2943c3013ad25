/** How wholes and parts fit: see `matching.ts`. */
import { Column, type PacketColumns } from "./packet_columns.ts";

/** How well a whole and its parts fit. */
export const Fit = {
  /** Nothing fits. */
  none: 0,
  /** One part, with the same headers and octets. */
  same: 1,
  /** The payloads of the parts, one behind the other. */
  payload: 2,
  /** The lengths of the parts alone: octets differ. */
  length: 3,
  /** The last part is not all there. */
  cut: 4,
  /** Octets at the end, or at the beginning, that no part has. */
  tail: 5,
  head: 6,
} as const;

/** How sure the first part of a whole must be: others may have the same octets. */
export const Trust = { sure: 0, likely: 1, any: 2 } as const;

/**
 * Whether a part may be the first of a whole. @param trust One of `Trust`: identifications are the same,
 * acknowledgment and timestamps as well, or not older in the part.
 */
export function mayBeFirst(
  trust: number,
  wholes: PacketColumns,
  whole: number,
  parts: PacketColumns,
  part: number,
): boolean {
  if (trust === Trust.any) return true;
  const rise = (column: number) => wholes.get(whole, column) - parts.get(part, column) | 0;
  if (rise(Column.ids) !== 0) return false;
  const acknowledgment = rise(Column.acknowledgment), tsval = rise(Column.tsval);
  return trust === Trust.likely
    ? acknowledgment >= 0 && tsval >= 0
    : acknowledgment === 0 && tsval === 0 && rise(Column.tsecr) === 0;
}

/** Whether two packets are the same octet by octet, but for the TCP checksum. */
export function isSamePacket(a: PacketColumns, one: number, b: PacketColumns, other: number) {
  return a.same(one, b, other, Column.headers) && a.same(one, b, other, Column.digest) &&
    a.same(one, b, other, Column.total);
}
