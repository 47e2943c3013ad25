/** What the headers of a unit must say. */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import type { CoalescingRules } from "./implementations.ts";
import { Bit, Column } from "./packet_columns.ts";
import { UNIT_RULES, type UnitRule } from "./rules.ts";
import { controlBits, named, type PairSetting } from "./setting.ts";

const { fin, psh } = TcpFlag;
/** Segments behind the last that are looked at for acknowledgments that were taken in. */
const NEAR = 32;

/** Judges the headers of a unit of the segments `parts`. */
export function judgeUnitHeaders(
  setting: PairSetting,
  rules: CoalescingRules,
  whole: number,
  parts: readonly number[],
): void {
  const judge = new HeaderJudge(setting, rules, whole, parts);
  judge.tcp();
  judge.sums();
  judge.ip(false);
  const { wholes, parts: rows } = setting.matching;
  if ((wholes.bits(whole) & rows.bits(parts[0]) & Bit.tunnel) !== 0) judge.ip(true);
}

class HeaderJudge {
  constructor(
    readonly setting: PairSetting,
    readonly rules: CoalescingRules,
    readonly whole: number,
    readonly parts: readonly number[],
  ) {}

  tcp(): void {
    const { setting: { matching: { wholes, parts: rows } }, whole, parts } = this;
    const first = parts[0], last = parts.at(-1)!;
    const isFlow = wholes.same(whole, rows, first, Column.flow);
    this.check("unit_flow", isFlow, () => "they are of another flow");
    this.check(
      "unit_sequence",
      wholes.same(whole, rows, first, Column.sequence),
      () => `${wholes.sequence(whole) >>> 0} for ${rows.sequence(first) >>> 0}`,
    );
    const isOpaque = wholes.same(whole, rows, first, Column.opaque);
    const tunnelled = (wholes.bits(whole) & Bit.tunnel) !== 0;
    if (tunnelled) this.check("unit_opaque", isOpaque, () => "it is another one");
    this.#acknowledgment(last);
    this.#window(last);
    this.#flags(first);
    this.check("unit_tcp_options", this.#hasOptions(first), () => "they differ");
    if ((rows.bits(first) & Bit.timestamps) !== 0) {
      const isLast = wholes.same(whole, rows, last, Column.tsval);
      const isAny = isLast || this.rules.options === "open" &&
          parts.some((part) => wholes.same(whole, rows, part, Column.tsval)) ||
        this.#absorbed(last, (row) => wholes.same(whole, rows, row, Column.tsval));
      this.check("unit_timestamp", isAny, () => {
        const due = rows.get(last, Column.tsval) >>> 0;
        return `timestamp ${wholes.get(whole, Column.tsval) >>> 0} for ${due}`;
      });
    }
  }

  #hasOptions(first: number): boolean {
    const { setting: { matching: { wholes, parts: rows } }, whole } = this;
    const same = wholes.same(whole, rows, first, Column.options);
    const either = wholes.bits(whole) | rows.bits(first);
    // Who joins timestamps alone may pad them as it likes.
    return same || this.rules.options !== "same" && (either & Bit.otherOptions) === 0 &&
        ((wholes.bits(whole) ^ rows.bits(first)) & Bit.timestamps) === 0;
  }

  /** Some row that the unit may have taken its newest values from, behind its data or among it. */
  #absorbed(last: number, matches: (row: number) => boolean): boolean {
    const { setting: { matching: { parts: rows, later, owner } }, parts } = this;
    if (this.rules.absorbs === "none") return false;
    let row = parts[0];
    for (let i = 0, behind = 0; row >= 0 && behind < NEAR && i < 4096; i++, row = later[row]) {
      if (row > last) behind++;
      if (owner[row] === 0 && rows.length(row) === 0 && matches(row)) return true;
    }
    return false;
  }

  #acknowledgment(last: number): void {
    const { setting: { matching: { wholes, parts: rows } }, whole, parts } = this;
    const own = wholes.get(whole, Column.acknowledgment);
    const of = (row: number) => rows.get(row, Column.acknowledgment);
    const isLast = own === of(last) || this.rules.acknowledgment === "rising" &&
        this.#absorbed(last, (row) => of(row) === own);
    // Whose last segment in the order of octets came before others has the newest of these.
    const isNewest = isLast || !this.rules.inOrder && parts.some((row) => of(row) === own);
    this.check("unit_acknowledgment", isNewest, () => `${own >>> 0} for ${of(last) >>> 0}`);
  }

  #window(last: number): void {
    const { setting: { matching: { wholes, parts: rows } }, whole, parts } = this;
    const own = wholes.window(whole), due = rows.window(last);
    const isAny = own === due ||
      this.rules.absorbs === "all" && parts.some((row) => rows.window(row) === own) ||
      !this.rules.sameWindow && this.rules.absorbs === "none" &&
        parts.some((row) => rows.window(row) === own) ||
      this.#absorbed(last, (row) => rows.window(row) === own);
    this.check("unit_window", isAny, () => `${own} for ${due}`);
  }

  #flags(first: number): void {
    const { setting: { matching: { wholes, parts: rows } }, whole, parts } = this;
    let due = rows.flags(first);
    for (const row of parts) due |= rows.flags(row) & (fin | psh);
    const own = wholes.flags(whole), lax = this.rules.push ? 0 : psh;
    this.check(
      "unit_flags",
      ((own ^ due) & ~lax) === 0,
      () => `${controlBits(own)} for ${controlBits(due)}`,
    );
  }

  sums(): void {
    const { setting: { matching: { wholes, parts: rows }, declaration, flows }, whole, parts } =
      this;
    const own = wholes.bits(whole), { checksums } = declaration;
    if (checksums !== "unverified") {
      const isPartial = checksums !== "full";
      const isRight = (own & (isPartial ? Bit.wrong : Bit.wrong | Bit.partial)) === 0;
      // What was joined in spite of a wrong checksum is found as such.
      const isLeft = parts.some((row) => (rows.bits(row) & Bit.wrong) !== 0);
      // Windows lets a card say of a checksum that it was verified, and leave it (rule 74).
      const isTold = checksums === undefined && declaration.implementation === "windows";
      const isStale = checksums === undefined && declaration.implementation === "dpdk";
      if (!isLeft && !isTold && !isStale) {
        const what = (own & Bit.wrong) !== 0 ? "it is wrong" : "it is that of the pseudo-header";
        this.check("unit_tcp_checksum", isRight, () => what);
      }
    }
    this.check("unit_udp_length", (own & Bit.udpLength) === 0, () => "it is another one");
    // Linux leaves the checksum of GRE in a unit as it was until it leaves again (T9).
    const format = declaration.formats[flows.formatOf(rows.get(parts[0], Column.flow))];
    const isGreLeft = declaration.implementation === "linux" && checksums !== "full" &&
      format?.adjusts.includes("gre_checksum");
    const isUdp = (rows.bits(parts[0]) & Bit.opaqueWrong) !== 0;
    if (checksums !== "unverified" && !isGreLeft && !isUdp) {
      const bad = checksums === "full" ? Bit.opaqueWrong | Bit.opaquePartial : Bit.opaqueWrong;
      this.check("unit_opaque_checksum", (own & bad) === 0, () => "it is wrong");
    }
  }

  ip(outer: boolean): void {
    const { setting: { matching: { wholes, parts: rows }, declaration }, whole, parts } = this;
    const own = wholes.bits(whole), [first] = parts, side = outer ? "outer" : "inner";
    const length = outer ? Bit.outerLength : Bit.innerLength;
    this.check(`unit_${side}_length`, (own & length) === 0, () => "it is not that of its octets");
    const sum = outer ? Bit.outerSum : Bit.innerSum, v6 = outer ? Bit.outerV6 : Bit.innerV6;
    if ((own & v6) === 0) {
      const wasBad = parts.some((row) => (rows.bits(row) & sum) !== 0);
      const isStale = declaration.checksums === "unverified" ||
        declaration.checksums === undefined && declaration.implementation === "dpdk";
      // A length that lies makes the checksum another one, and is found as such.
      if (!wasBad && !isStale && (own & length) === 0) {
        this.check(`unit_${side}_checksum`, (own & sum) === 0, () => "it is wrong");
      }
      const id = wholes.id(whole, outer), due = rows.id(first, outer);
      this.check(`unit_${side}_id`, id === due, () => `${id} for ${due}`);
    }
    this.#ttl(outer);
    const df = outer ? Bit.outerDf : Bit.innerDf;
    const isTos = wholes.tos(whole, outer) === rows.tos(first, outer);
    this.check(
      `unit_${side}_header`,
      isTos && ((own ^ rows.bits(first)) & df) === 0,
      () => isTos ? "DF differs" : `TOS ${wholes.tos(whole, outer)} for ${rows.tos(first, outer)}`,
    );
    if (outer && this.setting.declaration.outerKey !== false) {
      const differs = (wholes.get(whole, Column.place) ^ rows.get(first, Column.place)) & 0xffff;
      this.check("unit_outer_addresses", differs === 0, () => "they are others");
    }
    if (!outer) {
      const isSame = wholes.same(whole, rows, first, Column.extra);
      this.check("unit_extras", isSame, () => "they differ");
    }
  }

  #ttl(outer: boolean): void {
    const { setting: { matching: { wholes, parts: rows } }, whole, parts, rules } = this;
    const own = wholes.ttl(whole, outer), first = rows.ttl(parts[0], outer);
    let least = first, isAny = false;
    for (const row of parts) {
      if (outer && (rows.bits(row) & Bit.tunnel) === 0) continue;
      const ttl = rows.ttl(row, outer);
      least = Math.min(least, ttl);
      isAny ||= ttl === own;
    }
    const due = rules.ttl === "least" ? least : first;
    const isRight = rules.ttl === "open" ? isAny : own === due;
    this.check(outer ? "unit_outer_ttl" : "unit_inner_ttl", isRight, () => `${own} for ${due}`);
  }

  /** Notes that there was something to judge, and whether it was right. */
  check(rule: UnitRule, isRight: boolean, what: () => string): void {
    const { setting: { ledger, whole: ofWhole, part }, whole, parts } = this;
    const frames = () => [ofWhole(whole), ...parts.slice(0, 7).map(part)];
    ledger.stimulus(rule, frames);
    if (isRight) return;
    ledger.broken(rule, () => ({
      expected: `of a unit, ${UNIT_RULES[rule].text}`,
      actual: `${named(ofWhole(whole))} of ${parts.length} segments: ${what()}`,
      frames: frames(),
    }));
  }
}
