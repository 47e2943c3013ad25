/** Judges the order in which segments of a flow left, and for how long they were held. */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import type { CoalescingRules } from "./implementations.ts";
import { Bit, Column, DAMAGED } from "./packet_columns.ts";
import { named, type PairSetting } from "./setting.ts";

const { ack, psh } = TcpFlag;
/** How much later than declared a timer may run out, as a factor and as milliseconds. */
const LATE = 1.5, SLACK = 1;

/** Walks over what left. */
export class OrderJudge {
  /** By flow: the last of what came that has left, and what it left in. */
  readonly #came: Int32Array;
  readonly #left: Int32Array;
  #longest: number | undefined;

  constructor(readonly setting: PairSetting, readonly rules: CoalescingRules) {
    const { flows } = setting;
    this.#came = new Int32Array(flows.count + 1).fill(-1);
    this.#left = new Int32Array(flows.count + 1).fill(-1);
  }

  /** Gives the milliseconds for which the longest held segment was held, where clocks tell. */
  judge(): number | undefined {
    if (this.setting.direction === "coalescing") this.#units();
    else this.#segments();
    return this.#longest;
  }

  #units(): void {
    const { matching: { wholes, parts, first, next } } = this.setting;
    for (let whole = 0; whole < wholes.count; whole++) {
      let earliest = -1, latest = -1, row = first[whole];
      if (row < 0) continue;
      this.#held(whole, row);
      this.#waited(whole, row);
      for (; row >= 0; row = next[row]) {
        if (!this.#counts(row)) continue;
        if (earliest < 0 || row < earliest) earliest = row;
        latest = Math.max(latest, row);
      }
      if (earliest < 0) continue;
      const flow = parts.get(earliest, Column.flow), before = this.#came[flow];
      const isLate = before > earliest && this.#isOneWay(before, earliest) &&
        this.#isSure(before, earliest);
      // Of units that are the same, either may be the first.
      if (isLate && this.setting.wholeTwins.earliest(whole) === whole) {
        this.#broken(before, earliest, this.#left[flow], whole);
      }
      this.#came[flow] = latest;
      this.#left[flow] = whole;
    }
  }

  /** Whether a segment has a place in the order. */
  #counts(row: number): boolean {
    const { matching: { parts }, direction } = this.setting;
    if ((parts.bits(row) & DAMAGED) !== 0) return false;
    if (direction === "segmentation") return true;
    // Some hand on what they do not take past what they hold; data of a flow is in order with all,
    // but for those that keep what came early.
    if (!this.rules.inOrder) return false;
    const isPlain = parts.length(row) > 0 && (parts.flags(row) & ~(ack | psh)) === 0;
    return isPlain || !this.rules.passes;
  }

  /** Whether no twin of two packets that left in the wrong order may be the one that left. */
  #isSure(before: number, row: number): boolean {
    const { twins } = this.setting;
    return twins.latest(row) < before && twins.earliest(before) > row;
  }

  /** Whether two packets of a flow took the same way: others may be steered to other queues. */
  #isOneWay(a: number, b: number): boolean {
    const { matching: { parts } } = this.setting;
    return parts.same(a, parts, b, Column.opaque) &&
      ((parts.get(a, Column.place) ^ parts.get(b, Column.place)) & 0xffff) === 0;
  }

  #broken(before: number, row: number, leftBefore: number, left: number): void {
    const { ledger, whole, part, matching: { parts } } = this.setting;
    // Some take no notice of such headers but to leave them alone, whatever they hold of the flow.
    const isPassing = (parts.bits(before) & (Bit.innerExtra | Bit.outerExtra)) !== 0;
    ledger.broken(isPassing ? "path_overtaken" : "path_order", () => ({
      expected: isPassing
        ? "no segment with IP options or extension headers in front of what is held of its flow"
        : "segments of a flow leave in the order in which they came",
      actual: `${named(part(row))} came before ${named(part(before))}, and left behind it in ` +
        named(whole(left)),
      frames: [whole(left), whole(leftBefore), part(row), part(before)],
    }));
  }

  #held(whole: number, row: number): void {
    const { matching: { wholes, parts }, declaration, ledger, whole: made, part } = this.setting;
    const { wholeWithin, timer } = declaration;
    if (wholeWithin === undefined) return;
    const held = (wholes.seconds(whole) - parts.seconds(row)) * 1000;
    this.#longest = Math.max(this.#longest ?? 0, held);
    if (timer === undefined) return;
    ledger.stimulus("unit_timer", () => [made(whole), part(row)]);
    if (held <= timer + wholeWithin) return;
    ledger.broken("unit_timer", () => ({
      expected: `no segment is held for more than ${timer} ms`,
      actual: `${named(part(row))} left ${held.toFixed(1)} ms later in ${named(made(whole))}`,
      frames: [made(whole), part(row)],
    }));
  }

  /**
   * Whatever the other clock says, the first segment of a unit waited for the last: that of the capture
   * that shows both is enough. It proves that one was held too long, and never that none was.
   */
  #waited(whole: number, first: number): void {
    const { matching: { parts, next }, declaration, ledger, whole: made, part } = this.setting;
    const { wholeWithin, timer } = declaration;
    if (wholeWithin !== undefined || timer === undefined) return;
    let earliest = first, latest = first;
    for (let row = next[first]; row >= 0; row = next[row]) {
      if (parts.capture(row) !== parts.capture(first)) return;
      if (parts.seconds(row) < parts.seconds(earliest)) earliest = row;
      if (parts.seconds(row) > parts.seconds(latest)) latest = row;
    }
    const waited = (parts.seconds(latest) - parts.seconds(earliest)) * 1000;
    if (waited <= timer * LATE + SLACK) return;
    const { twins } = this.setting;
    // Of segments that are the same, any may be in it.
    const isSure = twins.earliest(earliest) === twins.latest(earliest) &&
      twins.earliest(latest) === twins.latest(latest);
    if (!isSure) return;
    ledger.stimulus("unit_timer", () => [made(whole), part(earliest)]);
    ledger.broken("unit_timer", () => ({
      expected: `no segment is held for more than ${timer} ms`,
      actual: `${named(part(earliest))} is in one unit with ${named(part(latest))}, which came ` +
        `${waited.toFixed(1)} ms later: ${named(made(whole))}`,
      frames: [made(whole), part(earliest), part(latest)],
    }));
  }

  #segments(): void {
    const { matching: { wholes, parts, owner }, ledger, whole, part: frame } = this.setting;
    for (let part = 0; part < parts.count; part++) {
      if (owner[part] === 0 || !this.#counts(part)) continue;
      const from = owner[part] - 1, flow = wholes.get(from, Column.flow), before = this.#left[flow];
      const isBefore = from < this.#came[flow] || from === this.#came[flow] && before >= 0 &&
          (parts.sequence(part) - parts.sequence(before) | 0) < 0;
      const isSure = isBefore && this.#isOneWay(before, part) &&
        this.setting.twins.earliest(part) === part;
      if (isSure) {
        ledger.broken("path_order", () => ({
          expected: "segments of a flow leave in the order in which their octets came",
          actual: `${named(frame(part))} left behind ${named(frame(before))}`,
          frames: [frame(part), frame(before), whole(from)],
        }));
      }
      this.#came[flow] = from;
      this.#left[flow] = part;
    }
  }
}
