/** Finds packets by the flow that they are of and where in it their octets stand. */
import { Column, type PacketColumns } from "./packet_columns.ts";

/** An index over the rows of one side. */
export class Positions {
  readonly #rows: PacketColumns;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #ofFlow: boolean;
  readonly #mask: number;

  /** @param ofFlow Whether rows are found by flow and sequence number, or by the latter alone. */
  constructor(rows: PacketColumns, ofFlow: boolean) {
    this.#rows = rows;
    this.#ofFlow = ofFlow;
    let slots = 64;
    while (slots < rows.count) slots *= 2;
    this.#mask = slots - 1;
    this.#heads = new Int32Array(slots).fill(-1);
    this.#next = new Int32Array(rows.count);
    for (let row = rows.count - 1; row >= 0; row--) {
      const slot = this.#slot(rows.get(row, Column.flow), rows.get(row, Column.sequence));
      this.#next[row] = this.#heads[slot];
      this.#heads[slot] = row;
    }
  }

  /**
   * The first row at a position, or the next one behind `after`; -1 for none. Rows that `gone` marks
   * are taken out of the index.
   */
  find(flow: number, sequence: number, gone: Int32Array | undefined, after = -1): number {
    const rows = this.#rows, next = this.#next, slot = this.#slot(flow, sequence);
    let previous = after, row = after < 0 ? this.#heads[slot] : next[after];
    while (row >= 0) {
      const following = next[row];
      if (gone !== undefined && gone[row] !== 0) {
        if (previous < 0) this.#heads[slot] = following;
        else next[previous] = following;
      } else {
        const isThere = rows.get(row, Column.sequence) === sequence &&
          (!this.#ofFlow || rows.get(row, Column.flow) === flow);
        if (isThere) return row;
        previous = row;
      }
      row = following;
    }
    return -1;
  }

  #slot(flow: number, sequence: number): number {
    const key = this.#ofFlow ? Math.imul(flow + 1, 0x9e3779b1) : 0;
    const hash = Math.imul(sequence ^ key, 0x85ebca6b);
    return (hash ^ hash >>> 15) & this.#mask;
  }
}
