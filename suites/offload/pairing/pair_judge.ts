/**
 * Judges what a device made of packets: those that came at one side against those that left at the
 * other, whatever the clocks of both. It asks what must not have happened, never for one exact cut.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { PairDeclaration, PairDirection } from "./declaration.ts";
import { Flows } from "./flows.ts";
import { Ledger, type RuleAccount } from "./ledger.ts";
import { Leftovers, type Unmatched } from "./leftovers.ts";
import { Fit } from "./fit.ts";
import { copiesIn, flowsBack } from "./foreign.ts";
import { Matching } from "./matching.ts";
import { OrderJudge } from "./order_judge.ts";
import { Bit, Column, PacketColumns } from "./packet_columns.ts";
import { PacketReader } from "./packet_reader.ts";
import { type PairRule } from "./rules.ts";
import { judgeNeighbours } from "./neighbours.ts";
import { SegmentJudge } from "./segment_judge.ts";
import type { PairSetting } from "./setting.ts";
import { judgeIncomplete, judgeSingle } from "./single_judge.ts";
import { Twins } from "./twins.ts";
import { unmatchedNotes } from "./unmatched_notes.ts";
import { UnitJudge } from "./unit_judge.ts";

const NOTHING_FITS =
  "no packet that left is one that came, or made of some: the captures may be of other traffic, of " +
  "another time, or of a tunnel that is not declared";

/** Limits of what is kept. */
export interface PairBounds {
  /** Packets of each side. */
  packets: Bound;
  flows: Bound;
}

/** What was found of a pair of captures. */
export interface PairFacts {
  readonly direction: PairDirection;
  /** By rule: what there was to judge, and what was wrong. */
  readonly rules: ReadonlyMap<PairRule, RuleAccount>;
  /** Packets that came, and that left; those of TCP among them. */
  readonly came: number;
  readonly left: number;
  readonly segmentsCame: number;
  readonly segmentsLeft: number;
  /** Units of several segments, or super-packets that were cut, and the segments of all of them. */
  readonly units: number;
  readonly joined: number;
  /** Packets that left as they came. */
  readonly same: number;
  /** Milliseconds for which the longest held segment was held; undefined where clocks do not tell. */
  readonly longestHeld: number | undefined;
  /** What was not judged, and why: sentences without a full stop. */
  readonly notes: readonly string[];
  readonly unmatched: Unmatched;
}

/** Both sides of a device, and what it does between them. */
interface Sides {
  readonly came: PacketColumns;
  readonly left: PacketColumns;
  readonly direction: PairDirection;
}

/** Takes in the frames of both sides, in any order, and judges them in the end. */
export class PairJudge {
  readonly #declaration: PairDeclaration;
  readonly #flows: Flows;
  readonly #reader: PacketReader;
  readonly #came: PacketColumns;
  readonly #left: PacketColumns;
  readonly #captures: string[] = [];
  /** Frames that captures cut short. */
  #cut = 0;
  /** Sides that were captured twice, as sentences. */
  readonly #twice: string[] = [];

  constructor(declaration: PairDeclaration, { packets, flows }: PairBounds) {
    this.#declaration = declaration;
    this.#flows = new Flows(flows);
    this.#reader = new PacketReader(declaration, this.#flows);
    this.#came = new PacketColumns(packets);
    this.#left = new PacketColumns(packets);
  }

  /** A packet came to the device. */
  came(frame: Frame, walk: HeaderWalker, capture: string): void {
    this.#take(frame, walk, capture, this.#came, false);
  }

  /** A packet left it. */
  left(frame: Frame, walk: HeaderWalker, capture: string): void {
    const isCoalescing = this.#declaration.direction === "coalescing";
    this.#take(frame, walk, capture, this.#left, isCoalescing);
  }

  #take(
    frame: Frame,
    walk: HeaderWalker,
    capture: string,
    rows: PacketColumns,
    readings: boolean,
  ): void {
    if (frame.end - frame.start < frame.originalLength) return void this.#cut++;
    let index = this.#captures.indexOf(capture);
    if (index < 0) index = this.#captures.push(capture) - 1;
    // In a lab both sides have one clock.
    const isLab = this.#declaration.wholeWithin !== undefined;
    if (isLab) {
      rows.origin = Number.isNaN(this.#came.origin) ? this.#left.origin : this.#came.origin;
    }
    this.#reader.read(frame, walk, Math.min(index, 255), rows, readings);
  }

  /** Judges, once all was seen, what went the way that is declared. */
  judge(): PairFacts {
    const [facts] = this.judgeAll();
    return facts;
  }

  /**
   * Whether captures in which nothing was done of what is declared show the opposite: they stand the
   * other way round, or the direction is another.
   */
  isOtherWay(): boolean {
    const { direction, wholeWithin } = this.#declaration, came = this.#came, left = this.#left;
    if (direction === undefined || wholeWithin !== undefined) return false;
    const other = direction === "coalescing" ? "segmentation" : "coalescing";
    return this.#joinedAs({ came, left, direction: other }) * 2 > Math.max(came.count, left.count);
  }

  #joinedAs(sides: Sides): number {
    const matching = this.#match(sides);
    let joined = 0;
    for (let whole = 0; whole < matching.wholes.count; whole++) {
      const isFit = matching.fit[whole] === Fit.payload || matching.fit[whole] === Fit.length;
      const count = isFit ? this.#countOf(matching, whole) : 0;
      if (count > 1) joined += count;
    }
    return joined;
  }

  /** Judges what went the way that is declared, and then what went back, if anything is known to have. */
  judgeAll(): PairFacts[] {
    const isLone = this.#declaration.wholeWithin === undefined;
    // A port that shows every frame twice shows it in one capture, or in both.
    const came = isLone ? this.#withoutCopies(this.#came, "came") : this.#came;
    const left = isLone ? this.#withoutCopies(this.#left, "left") : this.#left;
    const direction = this.#declaration.direction ??
      (largest(came) > largest(left) ? "segmentation" : "coalescing");
    const sides = { came, left, direction }, matching = this.#match(sides);
    const back = isLone ? flowsBack(matching, this.#flows, direction === "coalescing") : undefined;
    if (back === undefined) return [this.#judge(sides, matching)];
    const goes = (rows: PacketColumns, way: 0 | 1) =>
      rows.filtered((row) => back[rows.get(row, Column.flow)] === way);
    const forth = { direction, came: goes(came, 0), left: goes(left, 0) };
    const other = direction === "coalescing" ? "segmentation" : "coalescing";
    const home = { direction: other, came: goes(left, 1), left: goes(came, 1) } as const;
    return [forth, home].map((pair) => this.#judge(pair, this.#match(pair)));
  }

  /** The rows of a side without the copies that a capture shows of nearly all of them. */
  #withoutCopies(rows: PacketColumns, what: string): PacketColumns {
    const copies = copiesIn(rows);
    if (copies === undefined) return rows;
    this.#twice.push(`nearly every packet that ${what} is captured twice, and was counted once`);
    return rows.filtered((row) => copies[row] === 0);
  }

  #match({ came, left, direction }: Sides): Matching {
    const [wholes, parts] = direction === "coalescing" ? [left, came] : [came, left];
    return new Matching(
      wholes,
      parts,
      this.#flows.count,
      this.#declaration.wholeWithin === undefined,
    );
  }

  #judge({ came, left, direction }: Sides, matching: Matching): PairFacts {
    const declaration = this.#declaration, flows = this.#flows, ledger = new Ledger();
    const isCoalescing = direction === "coalescing", { wholes, parts } = matching;
    const refs = (rows: PacketColumns) => (row: number): FrameRef => ({
      capture: this.#captures[rows.capture(row)],
      number: rows.frame(row),
    });
    const setting: PairSetting = {
      ...{
        direction,
        declaration,
        matching,
        flows,
        ledger,
        whole: refs(wholes),
        part: refs(parts),
      },
      ...{ twins: new Twins(parts), wholeTwins: new Twins(wholes) },
    };
    const units = new UnitJudge(setting), segments = new SegmentJudge(setting);
    const leftovers = new Leftovers(setting, units.rules);
    const tally = { units: 0, joined: 0, same: 0 };
    let isAnyFit = false;
    for (let whole = 0; whole < wholes.count; whole++) {
      if (matching.fit[whole] === Fit.none) continue;
      isAnyFit = true;
      const count = this.#countOf(matching, whole);
      const isOne = count === 1;
      if (!isOne) {
        tally.units++;
        tally.joined += count;
      } else if (matching.fit[whole] === Fit.same) tally.same++;
      if (isOne) judgeSingle(setting, segments, units, whole);
      else if (isCoalescing) units.judge(whole);
      else if (matching.fit[whole] <= Fit.length) segments.judge(whole);
      judgeIncomplete(setting, this.#cut === 0 ? leftovers : undefined, whole, count);
    }
    if (isCoalescing) judgeNeighbours(setting, units);
    const order = new OrderJudge(setting, units.rules);
    const longestHeld = order.judge();
    if (this.#cut === 0) leftovers.judge();
    return {
      ...{ direction, rules: ledger.accounts(), ...tally, longestHeld },
      ...{ came: came.count, left: left.count, unmatched: leftovers.unmatched },
      ...{ segmentsCame: segmentsOf(came), segmentsLeft: segmentsOf(left) },
      notes: [
        ...this.#twice,
        ...(declaration.formats.length > 0 && !isTunnelled(came) && !isTunnelled(left)
          ? ["no packet is in a tunnel that is declared"]
          : []),
        ...(came.count > 0 && left.count > 0 && tally.same + tally.units === 0 && !isAnyFit
          ? [NOTHING_FITS]
          : unmatchedNotes(leftovers.unmatched, matching.abandoned, this.#cut)),
      ],
    };
  }

  #countOf({ first, next }: Matching, whole: number): number {
    let count = 0;
    for (let part = first[whole]; part >= 0; part = next[part]) count++;
    return count;
  }
}

function isTunnelled(rows: PacketColumns): boolean {
  for (let row = 0; row < rows.count; row++) if ((rows.bits(row) & Bit.tunnel) !== 0) return true;
  return false;
}

function segmentsOf(rows: PacketColumns): number {
  let count = 0;
  for (let row = 0; row < rows.count; row++) {
    const bits = rows.bits(row);
    if ((bits & Bit.segment) !== 0 && (bits & Bit.reading) === 0) count++;
  }
  return count;
}

/** Octets of the largest datagram of a side. */
function largest(rows: PacketColumns): number {
  let octets = 0;
  for (let row = 0; row < rows.count; row++) {
    if ((rows.bits(row) & Bit.segment) !== 0) octets = Math.max(octets, rows.total(row));
  }
  return octets;
}
