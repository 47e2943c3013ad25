/**
 * What captures that begin and end when they like can prove of a packet that has no counterpart: that
 * the other capture was under way both before and behind it.
 */
import { Column, type PacketColumns } from "./packet_columns.ts";

/** One side of a pair of captures. */
export class Edges {
  readonly #rows: PacketColumns;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #margin: number;
  #from = Infinity;
  #to = -Infinity;

  /**
   * @param isMatched Whether a row has a counterpart.
   * @param margin Seconds for which a device may keep a packet.
   */
  constructor(
    rows: PacketColumns,
    flows: number,
    isMatched: (row: number) => boolean,
    margin: number,
  ) {
    this.#rows = rows;
    this.#margin = margin;
    this.#first = new Int32Array(flows + 1).fill(-1);
    this.#last = new Int32Array(flows + 1).fill(-1);
    for (let row = 0; row < rows.count; row++) {
      if (!isMatched(row)) continue;
      const flow = rows.get(row, Column.flow), seconds = rows.seconds(row);
      if (this.#first[flow] < 0) this.#first[flow] = row;
      this.#last[flow] = row;
      this.#from = Math.min(this.#from, seconds);
      this.#to = Math.max(this.#to, seconds);
    }
  }

  /** Whether the other capture had begun when a packet was on its way. */
  hasBegun(row: number): boolean {
    const first = this.#first[this.#rows.get(row, Column.flow)];
    return first >= 0 && first < row || this.#rows.seconds(row) > this.#from + this.#margin;
  }

  /** Whether the other capture went on when a packet must have been through. */
  wentOn(row: number): boolean {
    const last = this.#last[this.#rows.get(row, Column.flow)];
    return last > row || this.#rows.seconds(row) < this.#to - this.#margin;
  }
}
