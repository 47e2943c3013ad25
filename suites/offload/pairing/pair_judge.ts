/**
 * Judges what a device made of packets: those that came at one side against those that left at the
 * other, whatever the clocks of both. It asks what must not have happened, never for one exact cut.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { PairDeclaration } from "./declaration.ts";
import { Flows } from "./flows.ts";
import { Ledger, type RuleAccount } from "./ledger.ts";
import { Leftovers, type Unmatched } from "./leftovers.ts";
import { Fit, Matching } from "./matching.ts";
import { OrderJudge } from "./order_judge.ts";
import { Bit, Column, PacketColumns } from "./packet_columns.ts";
import { PacketReader } from "./packet_reader.ts";
import { type PairRule } from "./rules.ts";
import { SegmentJudge } from "./segment_judge.ts";
import { named, type PairSetting } from "./setting.ts";
import { Twins } from "./twins.ts";
import { unmatchedNotes } from "./unmatched_notes.ts";
import { UnitJudge } from "./unit_judge.ts";

/** Limits of what is kept. */
export interface PairBounds {
  /** Packets of each side. */
  packets: Bound;
  flows: Bound;
}

/** What was found of a pair of captures. */
export interface PairFacts {
  readonly direction: PairDeclaration["direction"];
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

/** Takes in the frames of both sides, in any order, and judges them in the end. */
export class PairJudge {
  readonly #declaration: PairDeclaration;
  readonly #flows: Flows;
  readonly #reader: PacketReader;
  readonly #came: PacketColumns;
  readonly #left: PacketColumns;
  readonly #captures: string[] = [];
  /** Frames that captures cut short, by side. */
  #cut = 0;

  constructor(declaration: PairDeclaration, { packets, flows }: PairBounds) {
    this.#declaration = declaration;
    this.#flows = new Flows(flows);
    this.#reader = new PacketReader(declaration.formats, this.#flows);
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
    this.#reader.read(frame, walk, Math.min(index, 15), rows, readings);
  }

  /** Judges, once all was seen. */
  judge(): PairFacts {
    const declaration = this.#declaration, flows = this.#flows, ledger = new Ledger();
    const isCoalescing = declaration.direction === "coalescing";
    const [wholes, parts] = isCoalescing ? [this.#left, this.#came] : [this.#came, this.#left];
    const matching = new Matching(wholes, parts, flows.count);
    const refs = (rows: PacketColumns) => (row: number): FrameRef => ({
      capture: this.#captures[rows.capture(row)],
      number: rows.frame(row),
    });
    const setting: PairSetting = {
      ...{ declaration, matching, flows, ledger, whole: refs(wholes), part: refs(parts) },
      ...{ twins: new Twins(parts), wholeTwins: new Twins(wholes) },
    };
    const units = new UnitJudge(setting), segments = new SegmentJudge(setting);
    const leftovers = new Leftovers(setting, units.rules);
    const tally = { units: 0, joined: 0, same: 0 };
    for (let whole = 0; whole < wholes.count; whole++) {
      if (matching.fit[whole] === Fit.none) continue;
      const count = this.#countOf(matching, whole);
      const isOne = count === 1;
      if (!isOne) {
        tally.units++;
        tally.joined += count;
      } else if (matching.fit[whole] === Fit.same) tally.same++;
      if (isOne) this.#single(setting, segments, whole);
      else if (isCoalescing) units.judge(whole);
      else if (matching.fit[whole] <= Fit.length) segments.judge(whole);
      this.#incomplete(setting, leftovers, whole, count);
    }
    if (isCoalescing) this.#apart(matching, units);
    const order = new OrderJudge(setting, units.rules);
    const longestHeld = order.judge();
    if (this.#cut === 0) leftovers.judge();
    return {
      ...{ direction: declaration.direction, rules: ledger.accounts(), ...tally, longestHeld },
      ...{ came: this.#came.count, left: this.#left.count, unmatched: leftovers.unmatched },
      ...{ segmentsCame: segmentsOf(this.#came), segmentsLeft: segmentsOf(this.#left) },
      notes: unmatchedNotes(leftovers.unmatched, matching.abandoned, this.#cut),
    };
  }

  #countOf({ first, next }: Matching, whole: number): number {
    let count = 0;
    for (let part = first[whole]; part >= 0; part = next[part]) count++;
    return count;
  }

  /** A packet that is one on both sides. */
  #single(setting: PairSetting, segments: SegmentJudge, whole: number): void {
    const { matching, ledger, declaration } = setting, { wholes, parts, first, fit } = matching;
    const part = first[whole], frames = () => [setting.whole(whole), setting.part(part)];
    if ((wholes.bits(whole) & Bit.segment) === 0) return ledger.stimulus("path_ordinary", frames);
    const isCoalescing = declaration.direction === "coalescing";
    ledger.stimulus("path_untouched", frames);
    if (!isCoalescing) {
      segments.uncut(whole);
      // What the host left to its network card, the card fills in.
      if (isUnfinished(wholes.bits(whole))) return segments.judge(whole);
    }
    const problem = fit[whole] === Fit.same
      ? sumProblem(setting, whole, part)
      : fit[whole] === Fit.payload
      ? changeOf(wholes, whole, parts, part)
      : fit[whole] === Fit.length
      ? "octets of its payload differ"
      : undefined;
    if (problem === undefined) return;
    ledger.broken("path_untouched", () => {
      const [one, other] = isCoalescing ? [part, whole] : [whole, part];
      const [came, left] = isCoalescing
        ? [setting.part(one), setting.whole(other)]
        : [setting.whole(one), setting.part(other)];
      return {
        expected: "a segment that is neither joined nor cut leaves octet by octet as it came",
        actual: `${named(came)} left as ${named(left)}: ${problem}`,
        frames: [left, came],
      };
    });
  }

  /** A whole of which octets have no part, or parts are not all in it. */
  #incomplete(setting: PairSetting, leftovers: Leftovers, whole: number, count: number): void {
    const { matching, ledger, declaration } = setting, { fit, wholes, parts } = matching;
    const isCoalescing = declaration.direction === "coalescing";
    const frames = () => [setting.whole(whole), setting.part(matching.lastOf(whole))];
    if (fit[whole] === Fit.cut) {
      const last = matching.lastOf(whole);
      return ledger.broken(isCoalescing ? "unit_payload" : "segment_payload", () => ({
        expected: "payloads are the same, however they are cut",
        actual: `${named(setting.whole(whole))} of ${wholes.length(whole)} octets does not hold ` +
          `all ${parts.length(last)} of ${named(setting.part(last))}`,
        frames: frames(),
      }));
    }
    if (fit[whole] !== Fit.tail && fit[whole] !== Fit.head) return;
    const side = isCoalescing ? "made" : "came";
    if (this.#cut > 0 || !leftovers.isProven(whole, side)) {
      return this.#cut > 0 ? undefined : leftovers.edge(whole, side);
    }
    const where = fit[whole] === Fit.tail ? "behind" : "before";
    ledger.broken(isCoalescing ? "path_invented" : "path_lost", () => ({
      expected: isCoalescing
        ? "a unit has no octets but those of its segments"
        : "all octets of a super-packet leave",
      actual: `${named(setting.whole(whole))} of ${wholes.length(whole)} octets: those ${where} ` +
        `the ${count === 1 ? "segment" : `${count} segments`} that ${
          isCoalescing ? "came for it came in none" : "left of it never left"
        }`,
      frames: frames(),
    }));
  }

  /** Notes what kept neighbours apart that were not joined. */
  #apart(matching: Matching, units: UnitJudge): void {
    const { parts, owner } = matching;
    const before = new Int32Array(this.#flows.count + 1).fill(-1);
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

/** Bits of what a host leaves to its network card. */
const UNFINISHED = Bit.partial | Bit.innerSum | Bit.outerSum | Bit.opaquePartial | Bit.udpLength |
  Bit.innerLength | Bit.outerLength;

function isUnfinished(bits: number): boolean {
  return (bits & UNFINISHED) !== 0;
}

/** What is wrong with the TCP checksum of a packet that left as it came otherwise. */
function sumProblem(
  { matching: { wholes, parts }, declaration: { checksums } }: PairSetting,
  whole: number,
  part: number,
): string | undefined {
  const differs = (wholes.get(whole, Column.tcp) ^ parts.get(part, Column.tcp)) >>> 16 !== 0;
  if (!differs) return undefined;
  const isLeft = ((wholes.bits(whole) | parts.bits(part)) & Bit.partial) !== 0;
  return isLeft && checksums !== "full" ? undefined : "its TCP checksum is another one";
}

/** What differs of the headers of two packets with one payload. */
function changeOf(a: PacketColumns, whole: number, b: PacketColumns, part: number): string {
  const differ = (name: keyof typeof Column) => !a.same(whole, b, part, Column[name]);
  const names: string[] = [];
  if (differ("flow")) names.push("addresses, ports or flow id");
  if (differ("sequence")) names.push("sequence number");
  if (differ("acknowledgment")) names.push("acknowledgment number");
  if (a.window(whole) !== b.window(part)) names.push("window");
  if (a.flags(whole) !== b.flags(part)) names.push("control bits");
  if (differ("options") || differ("tsval") || differ("tsecr")) names.push("TCP options");
  if (differ("opaque")) names.push("opaque field");
  if (differ("ids")) names.push("identification");
  if (differ("ips")) names.push("TTL or TOS");
  if (differ("extra")) names.push("IP options, extension headers or flow label");
  if (differ("total")) names.push("length");
  if (differ("bits")) names.push("checksums or IP flags");
  return names.length === 0 ? "octets of its headers differ" : `it has another ${names.join(", ")}`;
}

function segmentsOf(rows: PacketColumns): number {
  let count = 0;
  for (let row = 0; row < rows.count; row++) {
    const bits = rows.bits(row);
    if ((bits & Bit.segment) !== 0 && (bits & Bit.reading) === 0) count++;
  }
  return count;
}
