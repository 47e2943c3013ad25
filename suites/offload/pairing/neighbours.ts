/** Finds neighbours among the segments that came and were not joined: what kept them apart is a stimulus. */
import { Bit, Column } from "./packet_columns.ts";
import type { PairSetting } from "./setting.ts";
import type { UnitJudge } from "./unit_judge.ts";

/** Notes what kept neighbours apart that were not joined. */
export function judgeNeighbours({ matching, flows }: PairSetting, units: UnitJudge): void {
  const { parts, owner } = matching;
  const before = new Int32Array(flows.count + 1).fill(-1);
  const ends = new Tails();
  for (let row = 0; row < parts.count; row++) {
    if ((parts.bits(row) & Bit.segment) === 0) continue;
    const flow = parts.get(row, Column.flow), last = before[flow];
    if (last >= 0 && (owner[last] === 0 || owner[last] !== owner[row])) units.apart(last, row);
    const other = ends.behind(parts.sequence(row), flow);
    if (other >= 0 && (owner[other] === 0 || owner[other] !== owner[row])) {
      units.apart(other, row);
    }
    before[flow] = row;
    ends.note(row, parts.sequence(row) + parts.length(row) | 0, flow);
  }
}

/** Segments of several flows by the sequence number that goes on behind them; the latest ones. */
class Tails {
  readonly #rows = new Int32Array(SLOTS).fill(-1);
  readonly #flows = new Int32Array(SLOTS);
  readonly #ends = new Int32Array(SLOTS);
  #at = 0;

  note(row: number, end: number, flow: number): void {
    const slot = this.#at++ & SLOTS - 1;
    this.#rows[slot] = row;
    this.#flows[slot] = flow;
    this.#ends[slot] = end;
  }

  /** The latest segment of another flow that ends where one begins; -1 for none. */
  behind(sequence: number, flow: number): number {
    for (let i = 1; i <= SLOTS; i++) {
      const slot = this.#at - i & SLOTS - 1;
      if (this.#ends[slot] !== sequence || this.#flows[slot] === flow) continue;
      if (this.#rows[slot] >= 0) return this.#rows[slot];
    }
    return -1;
  }
}
const SLOTS = 16;
