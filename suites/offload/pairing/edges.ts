/**
 * What captures that begin and end when they like can prove of a packet that has no counterpart: that
 * the other capture was under way both before and behind it.
 */
import { Column, type PacketColumns } from "./packet_columns.ts";

/** What is asked of the packets of one side. */
export interface EdgeQuestions {
  /** The whole that a packet is or belongs to; -1 where it has no counterpart. */
  wholeOf(row: number): number;
  /** Whether it may leave before what came before it and is held. */
  passes(row: number): boolean;
}

/** One side of a pair of captures. */
export class Edges {
  readonly #rows: PacketColumns;
  readonly #questions: EdgeQuestions;
  /** By flow: packets of the first whole and of the second, of the last and the one before it. */
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #last: Int32Array;
  readonly #secondLast: Int32Array;
  readonly #side: "came" | "made";
  readonly #margin: number;
  #from = Infinity;
  #to = -Infinity;

  /**
   * @param margin Seconds for which a device may keep a packet.
   */
  constructor(
    rows: PacketColumns,
    flows: number,
    side: "came" | "made",
    questions: EdgeQuestions,
    margin: number,
  ) {
    this.#rows = rows;
    this.#side = side;
    this.#questions = questions;
    this.#margin = margin;
    const table = () => new Int32Array(flows + 1).fill(-1);
    const first = this.#first = table(), second = this.#second = table();
    const last = this.#last = table(), secondLast = this.#secondLast = table();
    for (let row = 0; row < rows.count; row++) {
      const whole = questions.wholeOf(row);
      if (whole < 0) continue;
      const flow = rows.get(row, Column.flow), seconds = rows.seconds(row);
      this.#from = Math.min(this.#from, seconds);
      this.#to = Math.max(this.#to, seconds);
      // What passes others says nothing of when these left.
      if (questions.passes(row)) continue;
      if (first[flow] < 0) first[flow] = row;
      else if (second[flow] < 0 && questions.wholeOf(first[flow]) !== whole) second[flow] = row;
      if (last[flow] >= 0 && questions.wholeOf(last[flow]) !== whole) secondLast[flow] = last[flow];
      last[flow] = row;
    }
  }

  /** Whether the other capture had begun when a packet was on its way. */
  hasBegun(row: number): boolean {
    const flow = this.#rows.get(row, Column.flow);
    // What passes may have left before what came before it.
    const isLate = this.#side === "came" && this.#questions.passes(row);
    const from = isLate ? this.#second[flow] : this.#first[flow];
    return from >= 0 && from < row || this.#rows.seconds(row) > this.#from + this.#margin;
  }

  /** Whether the other capture went on when a packet must have been through. */
  wentOn(row: number): boolean {
    const flow = this.#rows.get(row, Column.flow);
    const isEarly = this.#side === "made" && this.#questions.passes(row);
    const to = isEarly ? this.#secondLast[flow] : this.#last[flow];
    return to > row || this.#rows.seconds(row) < this.#to - this.#margin;
  }
}
