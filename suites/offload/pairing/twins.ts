/**
 * Packets of one side that are the same octet by octet, such as retransmissions without identification:
 * which of them is which nobody can tell, so that no verdict may rest on it.
 */
import { isSamePacket } from "./fit.ts";
import { Column, type PacketColumns } from "./packet_columns.ts";
import { Positions } from "./positions.ts";

/** Packets at one place that are looked at. */
const EQUALS = 256;

/** Finds twins among the packets of a side. */
export class Twins {
  readonly #rows: PacketColumns;
  #places: Positions | undefined;

  constructor(rows: PacketColumns) {
    this.#rows = rows;
  }

  /** The first packet behind `from` that is the same as one; itself where there is none before it. */
  earliest(row: number, from = -1): number {
    return this.#find(row, (twin) => twin < row && twin > from, true);
  }

  /** The last packet before `end` that is the same as one; itself where there is none behind it. */
  latest(row: number, end = this.#rows.count): number {
    return this.#find(row, (twin) => twin > row && twin < end, false);
  }

  #find(row: number, suits: (twin: number) => boolean, isFirst: boolean): number {
    const rows = this.#rows, places = this.#places ??= new Positions(rows, true);
    const flow = rows.get(row, Column.flow), sequence = rows.sequence(row);
    let found = row, twin = places.find(flow, sequence, undefined);
    for (let i = 0; twin >= 0 && i < EQUALS; i++) {
      const isSame = suits(twin) && isSamePacket(rows, twin, rows, row);
      if (isSame) {
        found = twin;
        if (isFirst) break;
      }
      twin = places.find(flow, sequence, undefined, twin);
    }
    return found;
  }
}
