/** Holds each unit that segments were joined to against these: what it may hold, and what it must say. */
import type { FrameRef } from "../../../captures/frame.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { type CoalescingRules, coalescingRules } from "./implementations.ts";
import { JOIN_RULES, type JoinRule } from "./join_rules.ts";
import { UnitSoFar } from "./joins.ts";
import { Fit } from "./fit.ts";
import { Column, DAMAGED, type PacketColumns } from "./packet_columns.ts";
import { type UnitRule } from "./rules.ts";
import { named, type PairSetting } from "./setting.ts";
import { judgeUnitHeaders } from "./unit_headers.ts";

const { fin, psh, ack } = TcpFlag;
/** Segments between two that are looked through. */
const BETWEEN = 256;
const LARGEST = 65_535;

/** Judges units. */
export class UnitJudge {
  readonly rules: CoalescingRules;
  readonly #setting: PairSetting;
  readonly #unit: UnitSoFar;
  readonly #limit: number;
  readonly #reasons: JoinRule[] = [];
  readonly #parts: number[] = [];
  readonly #rows: PacketColumns;

  constructor(setting: PairSetting) {
    this.#setting = setting;
    const { declaration: { implementation, sizeLimit = LARGEST, outerKey = true } } = setting;
    this.rules = coalescingRules(implementation);
    this.#limit = sizeLimit;
    this.#rows = setting.matching.parts;
    const joinSetting = { rules: this.rules, sizeLimit, outerKey };
    this.#unit = new UnitSoFar(this.#rows, setting.flows, joinSetting);
  }

  /** Judges a unit of several segments. */
  judge(whole: number): void {
    const { matching, ledger } = this.#setting, parts = this.#parts;
    parts.length = 0;
    for (let part = matching.first[whole]; part >= 0; part = matching.next[part]) parts.push(part);
    this.#joins(whole, parts);
    const fit = matching.fit[whole];
    if (fit !== Fit.payload && fit !== Fit.length) return;
    this.#size(whole, parts);
    judgeUnitHeaders(this.#setting, this.rules, whole, parts);
    if (this.rules.roundTrip) this.#roundTrip(whole, parts);
    const frames = () => this.#frames(whole, parts);
    ledger.stimulus("unit_payload", frames);
    if (fit === Fit.length) {
      this.#broken("unit_payload", whole, parts, "octets differ from those of its segments");
    }
  }

  /** Judges a segment that nothing with data was joined to, but acknowledgments. */
  refreshed(whole: number): void {
    const { matching } = this.#setting;
    if (matching.wholes.length(whole) === 0) return;
    judgeUnitHeaders(this.#setting, this.rules, whole, [matching.first[whole]]);
  }

  /** Notes what a pair of segments, which were not joined, is a stimulus of. */
  apart(before: number, row: number): void {
    const { matching, ledger } = this.#setting, unit = this.#unit;
    if (this.#rows.length(row) === 0 || this.#rows.length(before) === 0) return;
    const owner = matching.owner[before];
    let part = owner > 0 ? matching.first[owner - 1] : before;
    unit.begin(part);
    while (part !== before && matching.next[part] >= 0) unit.join(part = matching.next[part]);
    unit.against(row, this.#reasons);
    this.#order(before, row, owner);
    if (this.#reasons.length !== 1) return;
    const { part: frame } = this.#setting;
    ledger.stimulus(this.#reasons[0], () => [frame(before), frame(row)]);
  }

  #joins(whole: number, parts: readonly number[]): void {
    const { ledger, matching, part: frame } = this.#setting, unit = this.#unit;
    unit.begin(parts[0]);
    for (let i = 1; i < parts.length; i++) {
      const row = parts[i], before = parts[i - 1];
      unit.against(row, this.#reasons);
      this.#order(before, row, matching.owner[row]);
      unit.join(row);
      for (const reason of this.#reasons) {
        ledger.stimulus(reason, () => [frame(before), frame(row)]);
        ledger.broken(reason, () => ({
          expected: `segments are joined only where ${JOIN_RULES[reason].text}`,
          actual: `${named(frame(before))} and ${named(frame(row))} were joined: ${
            describeJoin(reason, this.#rows, before, row)
          }`,
          frames: [this.#setting.whole(whole), frame(before), frame(row)],
        }));
      }
    }
  }

  /** Adds what stands against two segments for the order in which segments came. */
  #order(before: number, row: number, owner: number): void {
    if (!this.rules.inOrder) return;
    const { twins } = this.#setting;
    if (row < before) {
      // Of several that are the same, another may be the one that was joined.
      if (twins.latest(row) > before || twins.earliest(before) < row) return;
      return void this.#reasons.push("join_arrival_order");
    }
    const { later, owner: owners } = this.#setting.matching, rows = this.#rows;
    let between = later[before];
    let end = row;
    if (between >= 0 && between < row) {
      const last = twins.latest(before, row);
      between = later[last];
      end = twins.earliest(row, last);
    }
    for (let i = 0; between >= 0 && between < end && i < BETWEEN; i++) {
      const length = rows.length(between);
      const isTaken = owners[between] === owner && owner > 0;
      const isAbsorbed = owners[between] === 0 && length === 0 && this.rules.absorbs !== "none";
      const isPlain = length > 0 && (rows.flags(between) & ~(ack | psh)) === 0;
      const isSound = (rows.bits(between) & DAMAGED) === 0;
      if (isSound && !isTaken && !isAbsorbed && (!this.rules.passes || isPlain)) {
        return void this.#reasons.push("join_passed_over");
      }
      between = later[between];
    }
  }

  #size(whole: number, parts: readonly number[]): void {
    const { ledger, matching: { wholes } } = this.#setting, total = wholes.total(whole);
    ledger.stimulus("unit_size_limit", () => this.#frames(whole, parts));
    if (total <= this.#limit) return;
    this.#broken("unit_size_limit", whole, parts, `${total} octets, for ${this.#limit} at most`);
  }

  /** Whether segmentation by the size of the first gives the segments again. */
  #roundTrip(whole: number, parts: readonly number[]): void {
    const rows = this.#rows, mss = rows.length(parts[0]), last = parts.length - 1;
    const flags = rows.flags(parts[0]) & ~(fin | psh);
    this.#setting.ledger.stimulus("unit_round_trip", () => this.#frames(whole, parts));
    let problem: string | undefined;
    for (let i = 0; i <= last && problem === undefined; i++) {
      const row = parts[i], length = rows.length(row), own = rows.flags(row);
      if (i < last ? length !== mss : length > mss) {
        problem = `a segment of ${length} octets would be cut as ${mss}`;
      } else if (i < last && (own & (fin | psh)) !== 0) {
        problem = "FIN or PSH would move to the last segment";
      } else if ((own & ~(fin | psh) & ~TcpFlag.cwr) !== (flags & ~TcpFlag.cwr)) {
        problem = "control bits would become those of the first";
      } else {
        const lost = [Column.options, Column.tsval, Column.tsecr, Column.acknowledgment]
          .some((column) => !rows.same(row, rows, parts[0], column));
        if (lost) problem = "TCP options or acknowledgment would become those of the first";
      }
    }
    if (problem !== undefined) this.#broken("unit_round_trip", whole, parts, problem);
  }

  #broken(rule: UnitRule, whole: number, parts: readonly number[], what: string): void {
    const { ledger } = this.#setting;
    ledger.broken(rule, () => ({
      expected: UNIT_TEXT[rule] ?? "the unit is as its segments are",
      actual: `${named(this.#setting.whole(whole))} of ${parts.length} segments: ${what}`,
      frames: this.#frames(whole, parts),
    }));
  }

  #frames(whole: number, parts: readonly number[]): FrameRef[] {
    return [this.#setting.whole(whole), ...parts.slice(0, 7).map(this.#setting.part)];
  }
}

const UNIT_TEXT: Partial<Record<UnitRule, string>> = {
  unit_payload: "a unit has the payload of its segments, one behind the other",
  unit_size_limit: "a unit is within the limit of size",
  unit_round_trip: "segmentation of a unit gives back the segments that it is made of",
};

/** What was so different of two segments that were joined. */
function describeJoin(
  reason: JoinRule,
  rows: PacketColumns,
  before: number,
  row: number,
): string {
  const between = (what: string, of: (row: number) => number) =>
    `${what} ${of(before)}, then ${of(row)}`;
  switch (reason) {
    case "join_gap":
    case "join_overlap": {
      const expected = rows.sequence(before) + rows.length(before) >>> 0;
      return `sequence number ${expected} was due, ${rows.sequence(row) >>> 0} came`;
    }
    case "join_longer":
    case "join_after_shorter":
      return between("payload octets", (r) => rows.length(r));
    case "join_window":
      return between("window", (r) => rows.window(r));
    case "join_acknowledgment":
    case "join_acknowledgment_falls":
      return between("acknowledgment", (r) => rows.get(r, Column.acknowledgment) >>> 0);
    case "join_timestamp":
    case "join_timestamp_falls":
      return between("timestamp", (r) => rows.get(r, Column.tsval) >>> 0);
    case "join_inner_ttl":
    case "join_outer_ttl":
      return between("TTL", (r) => rows.ttl(r, reason === "join_outer_ttl"));
    case "join_inner_id":
    case "join_outer_id":
      return between("identification", (r) => rows.id(r, reason === "join_outer_id"));
    case "join_inner_dscp":
    case "join_inner_ecn":
      return between("TOS", (r) => rows.tos(r, false));
    case "join_outer_dscp":
    case "join_outer_ecn":
      return between("TOS", (r) => rows.tos(r, true));
    default:
      return `it is not so that ${JOIN_RULES[reason].text}`;
  }
}
