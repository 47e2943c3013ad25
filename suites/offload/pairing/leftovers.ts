/** What is to be said of packets that have no counterpart: lost, invented, doubled, changed or not judged. */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { Edges } from "./edges.ts";
import type { CoalescingRules } from "./implementations.ts";
import { Fit, isSamePacket } from "./fit.ts";
import { Bit, Column, DAMAGED, type PacketColumns } from "./packet_columns.ts";
import { Positions } from "./positions.ts";
import { named, type PairSetting } from "./setting.ts";
import type { Twins } from "./twins.ts";

const { syn, fin, rst, ack, psh, urg } = TcpFlag;
/** Packets of one flow without counterpart that are held against those of the other side. */
const PAIRED = 1024;
/** Packets at one place that are looked at. */
const EQUALS = 64;
/** Seconds for which a device that declares no timer may hold a packet. */
const HELD = { coalescing: 1, segmentation: 0.1 } as const;

/** What was not judged, and why. */
export interface Unmatched {
  /** Packets that came where the other capture may not have been under way. */
  before: number;
  behind: number;
  /** The same of packets that left. */
  madeBefore: number;
  madeBehind: number;
  /** Acknowledgments that units took in. */
  absorbed: number;
  /** Packets too large for the wire that are none to be cut. */
  tooLarge: number;
}

/** Judges what is left over. */
export class Leftovers {
  readonly #setting: PairSetting;
  readonly #rules: CoalescingRules;
  readonly #isCoalescing: boolean;
  readonly #came: Edges;
  readonly #made: Edges;
  readonly unmatched: Unmatched = {
    ...{ before: 0, behind: 0, madeBefore: 0, madeBehind: 0, absorbed: 0 },
    tooLarge: 0,
  };
  #room: number | undefined;
  #madePlaces: Positions | undefined;
  #partPlaces: Positions | undefined;

  constructor(setting: PairSetting, rules: CoalescingRules) {
    const { matching: { wholes, parts, fit, owner }, flows, declaration, direction } = setting;
    const { timer } = declaration;
    this.#setting = setting;
    this.#rules = rules;
    this.#isCoalescing = direction === "coalescing";
    const margin = timer === undefined ? HELD[direction] : 2 * timer / 1000 + 0.01;
    const [cameRows, madeRows] = this.#isCoalescing ? [parts, wholes] : [wholes, parts];
    const ofPart = (part: number) => owner[part] - 1;
    const ofWhole = (whole: number) => fit[whole] === Fit.none ? -1 : whole;
    const [ofCame, ofMade] = this.#isCoalescing ? [ofPart, ofWhole] : [ofWhole, ofPart];
    const passes = (rows: PacketColumns) => (row: number) => this.#passes(rows, row);
    const questions = { wholeOf: ofCame, passes: passes(cameRows) };
    this.#came = new Edges(cameRows, flows.count, "came", questions, margin);
    const others = { wholeOf: ofMade, passes: passes(madeRows) };
    this.#made = new Edges(madeRows, flows.count, "made", others, margin);
  }

  /** Whether a packet may leave before what came before it and is held. */
  #passes(rows: PacketColumns, row: number): boolean {
    const bits = rows.bits(row);
    if (!this.#isCoalescing || (bits & Bit.segment) === 0) return false;
    if ((bits & DAMAGED) !== 0) return true;
    const isPlain = rows.length(row) > 0 && (rows.flags(row) & ~(ack | psh)) === 0;
    return this.#rules.passes && !isPlain;
  }

  /** Whether the captures show all of a packet's way. @param side Which side it was seen on. */
  isProven(row: number, side: "came" | "made"): boolean {
    const edges = side === "came" ? this.#came : this.#made;
    const { wholeWithin, mayBeginLate = false } = this.#setting.declaration;
    if (wholeWithin !== undefined) return !mayBeginLate || edges.hasBegun(row);
    // Of several that are the same it may be any that lacks its counterpart.
    return edges.hasBegun(row) && edges.wentOn(row) &&
      edges.hasBegun(this.#twins(side).earliest(row)) &&
      edges.wentOn(this.#twins(side).latest(row));
  }

  #twins(side: "came" | "made"): Twins {
    const isPart = (side === "came") === this.#isCoalescing;
    return isPart ? this.#setting.twins : this.#setting.wholeTwins;
  }

  /** Notes a packet that is not judged, as it stands at the edge of a capture. */
  edge(row: number, side: "came" | "made"): void {
    const edges = side === "came" ? this.#came : this.#made, { unmatched } = this;
    if (!edges.hasBegun(this.#twins(side).earliest(row))) {
      unmatched[side === "came" ? "before" : "madeBefore"]++;
    } else unmatched[side === "came" ? "behind" : "madeBehind"]++;
  }

  judge(): void {
    const { matching } = this.#setting, { wholes, parts } = matching;
    const changed = new Map<number, number[]>();
    const noPart = (part: number) => matching.owner[part] === 0;
    const noWhole = (whole: number) => matching.fit[whole] === Fit.none && !matching.isVoid(whole);
    const [came, made] = this.#isCoalescing ? [parts, wholes] : [wholes, parts];
    const [notCame, notMade] = this.#isCoalescing ? [noPart, noWhole] : [noWhole, noPart];
    const lost: number[] = [];
    for (let row = 0; row < came.count; row++) {
      if (!notCame(row) || this.#isAbsorbed(row) || this.#isTooLarge(row)) continue;
      if (!this.isProven(row, "came")) {
        this.edge(row, "came");
        continue;
      }
      if ((came.bits(row) & Bit.segment) !== 0) this.#lost(row);
      else {
        const flow = came.get(row, Column.flow), known = changed.get(flow);
        if (known === undefined) changed.set(flow, [row]);
        else if (known.length < PAIRED) known.push(row);
        else lost.push(row);
      }
    }
    for (let row = 0; row < made.count; row++) {
      if (!notMade(row) || this.#isBareUnit(row)) continue;
      const isProven = this.isProven(row, "made");
      if (!isProven) this.edge(row, "made");
      else if (!this.#isDoubled(row, made) && !this.#isChanged(row, made, changed)) {
        this.#invented(row);
      }
    }
    for (const rows of changed.values()) rows.forEach((row) => this.#lost(row));
    lost.forEach((row) => this.#lost(row));
  }

  /** What is no segment to be cut, and larger than anything that leaves, cannot leave (G6). */
  #isTooLarge(row: number): boolean {
    const { matching: { wholes, parts }, declaration: { mtu } } = this.#setting;
    if (this.#isCoalescing) return false;
    const bits = wholes.bits(row), isSegment = (bits & Bit.segment) !== 0;
    const isCut = isSegment && (bits & DAMAGED) === 0 &&
      (wholes.flags(row) & (syn | rst | urg)) === 0;
    if (isCut) return false;
    this.#room ??= mtu ?? largestOf(parts);
    if (wholes.total(row) <= this.#room) return false;
    this.unmatched.tooLarge++;
    return true;
  }

  /** Acknowledgments without data that units take in, where an implementation does so. */
  #isAbsorbed(row: number): boolean {
    const { matching: { parts } } = this.#setting, { absorbs } = this.#rules;
    const isBare = this.#isCoalescing && absorbs !== "none" && parts.length(row) === 0 &&
      (parts.bits(row) & Bit.segment) !== 0 && (parts.flags(row) & (syn | fin | rst)) === 0;
    if (!isBare) return false;
    if (absorbs === "windows" && !this.#isWindowUpdate(row)) return false;
    this.unmatched.absorbed++;
    return true;
  }

  /** Whether a unit of acknowledgments alone says what one of those says that it took in. */
  #isBareUnit(row: number): boolean {
    const { matching: { wholes, parts } } = this.#setting;
    if (!this.#isCoalescing || this.#rules.absorbs === "none" || wholes.length(row) > 0) {
      return false;
    }
    const places = this.#partPlaces ??= new Positions(parts, true);
    const flow = wholes.get(row, Column.flow), sequence = wholes.sequence(row);
    let part = places.find(flow, sequence, undefined);
    for (let i = 0; part >= 0 && i < EQUALS; i++) {
      const isSaid = parts.same(part, wholes, row, Column.acknowledgment) &&
        parts.flags(part) === wholes.flags(row) && parts.length(part) === 0;
      if (isSaid) return true;
      part = places.find(flow, sequence, undefined, part);
    }
    return false;
  }

  /** Whether a segment near before it says the same but for its window (rule 21). */
  #isWindowUpdate(row: number): boolean {
    const { matching: { parts } } = this.#setting;
    for (let before = row - 1; before >= 0 && row - before < EQUALS * 4; before--) {
      if (!parts.same(before, parts, row, Column.flow)) continue;
      return parts.same(before, parts, row, Column.acknowledgment) &&
        parts.window(before) !== parts.window(row);
    }
    return false;
  }

  #lost(row: number): void {
    const { ledger } = this.#setting, frame = this.#cameFrame(row);
    ledger.broken("path_lost", () => ({
      expected: "every packet that comes leaves",
      actual: `${named(frame)} never left: ${this.#told(row, "came")}`,
      frames: [frame],
    }));
  }

  #invented(row: number): void {
    const { ledger } = this.#setting, frame = this.#madeFrame(row);
    ledger.broken("path_invented", () => ({
      expected: "nothing leaves that did not come",
      actual: `${named(frame)} left, and nothing like it came: ${this.#told(row, "made")}`,
      frames: [frame],
    }));
  }

  /** Whether the same left before, or all its octets did. */
  #isDoubled(row: number, made: PacketColumns): boolean {
    const { ledger, matching } = this.#setting;
    const flow = made.get(row, Column.flow), sequence = made.sequence(row);
    const places = this.#madePlaces ??= new Positions(made, true);
    let other = places.find(flow, sequence, undefined);
    for (let i = 0; other >= 0 && i < EQUALS; i++) {
      const isMatched = this.#isCoalescing
        ? matching.fit[other] !== Fit.none
        : matching.owner[other] !== 0;
      const isSame = isMatched && isSamePacket(made, other, made, row);
      if (isSame) break;
      other = places.find(flow, sequence, undefined, other);
      if (i === EQUALS - 1) other = -1;
    }
    if (other < 0) other = this.#leftAsPart(row, made);
    if (other < 0) return false;
    const frame = this.#madeFrame(row), first = this.#madeFrame(other);
    ledger.broken("path_doubled", () => ({
      expected: "nothing leaves more often than it came",
      actual: `${named(frame)} left again what had left in ${named(first)}`,
      frames: [frame, first],
    }));
    return true;
  }

  /** The unit in which the octets of a packet left already; -1 for none. */
  #leftAsPart(row: number, made: PacketColumns): number {
    const { matching: { parts, owner } } = this.#setting;
    if (!this.#isCoalescing || made.length(row) === 0) return -1;
    const places = this.#partPlaces ??= new Positions(parts, true);
    const flow = made.get(row, Column.flow), sequence = made.sequence(row);
    let part = places.find(flow, sequence, undefined);
    for (let i = 0; part >= 0 && i < EQUALS; i++) {
      const isSame = owner[part] !== 0 && parts.same(part, made, row, Column.digest) &&
        parts.length(part) === made.length(row);
      if (isSame) return owner[part] - 1;
      part = places.find(flow, sequence, undefined, part);
    }
    return -1;
  }

  /** Whether an ordinary packet left in the place of one that came otherwise. */
  #isChanged(row: number, made: PacketColumns, changed: Map<number, number[]>): boolean {
    if ((made.bits(row) & Bit.segment) !== 0) return false;
    const came = changed.get(made.get(row, Column.flow))?.shift();
    if (came === undefined) return false;
    const frames = [this.#madeFrame(row), this.#cameFrame(came)];
    this.#setting.ledger.broken("path_ordinary", () => ({
      expected: "a packet that the preset does not name leaves octet by octet as it came",
      actual: `${named(frames[1])} of ${this.#told(came, "came")} left as ${named(frames[0])} of ${
        this.#told(row, "made")
      }`,
      frames,
    }));
    return true;
  }

  #cameFrame(row: number) {
    return this.#isCoalescing ? this.#setting.part(row) : this.#setting.whole(row);
  }

  #madeFrame(row: number) {
    return this.#isCoalescing ? this.#setting.whole(row) : this.#setting.part(row);
  }

  #told(row: number, side: "came" | "made"): string {
    const { matching: { wholes, parts } } = this.#setting;
    const rows = (side === "came") === this.#isCoalescing ? parts : wholes;
    if ((rows.bits(row) & Bit.segment) === 0) return `${rows.total(row)} octets`;
    return `${rows.length(row)} octets of payload from sequence number ${rows.sequence(row) >>> 0}`;
  }
}

function largestOf(rows: PacketColumns): number {
  let octets = 0;
  for (let row = 0; row < rows.count; row++) octets = Math.max(octets, rows.total(row));
  return octets;
}
