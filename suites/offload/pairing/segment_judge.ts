/** Holds the segments that a super-packet was cut to against it. */
import type { FrameRef } from "../../../captures/frame.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import type { IdRule } from "./declaration.ts";
import { Fit } from "./fit.ts";
import { Bit, Column, type PacketColumns } from "./packet_columns.ts";
import { SEGMENT_RULES, type SegmentRule } from "./rules.ts";
import { controlBits, named, type PairSetting } from "./setting.ts";

const { fin, psh, cwr } = TcpFlag;

/** Judges segmentation. */
export class SegmentJudge {
  readonly #setting: PairSetting;
  readonly #parts: number[] = [];
  readonly #wholes: PacketColumns;
  readonly #rows: PacketColumns;
  #whole = 0;

  constructor(setting: PairSetting) {
    this.#setting = setting;
    this.#wholes = setting.matching.wholes;
    this.#rows = setting.matching.parts;
  }

  /** Judges all segments of a super-packet. */
  judge(whole: number): void {
    const { matching } = this.#setting, parts = this.#parts;
    this.#whole = whole;
    parts.length = 0;
    for (let part = matching.first[whole]; part >= 0; part = matching.next[part]) parts.push(part);
    const isWhole = matching.fit[whole] !== Fit.length && matching.fit[whole] !== Fit.cut;
    this.check("segment_payload", isWhole, parts[0], () => "octets differ from those it was given");
    this.#sizes();
    let offset = 0;
    for (let i = 0; i < parts.length; i++) {
      this.#segment(i, offset);
      offset += this.#rows.length(parts[i]);
    }
  }

  /** Judges the size on the wire of a packet that left as it came. */
  uncut(whole: number): void {
    const { matching, declaration: { mtu, mss } } = this.#setting, wholes = this.#wholes;
    this.#whole = whole;
    this.#parts.length = 0;
    const part = matching.first[whole], total = wholes.total(whole);
    this.#parts.push(part);
    if (mtu !== undefined) {
      this.check("segment_mtu", total <= mtu, part, () => `${total} octets for ${mtu}, uncut`);
    }
    if (mss !== undefined) {
      const length = wholes.length(whole);
      this.check("segment_mss", length <= mss, part, () => `${length} octets for ${mss}, uncut`);
    }
  }

  #sizes(): void {
    const { declaration: { mss, mtu } } = this.#setting, rows = this.#rows, parts = this.#parts;
    const usual = rows.length(parts[0]), last = parts.length - 1;
    for (let i = 0; i <= last; i++) {
      const part = parts[i], length = rows.length(part), total = rows.total(part);
      this.check("segment_empty", length > 0 || last === 0, part, () => "it has no octet");
      const isEven = i < last ? length === usual : length <= usual;
      this.check("segment_size", isEven, part, () => `${length} octets where others have ${usual}`);
      if (mss !== undefined) {
        const isRight = i < last ? length === mss : length <= mss;
        this.check("segment_mss", isRight, part, () => `${length} octets of payload for ${mss}`);
      }
      if (mtu !== undefined) {
        this.check("segment_mtu", total <= mtu, part, () => `a datagram of ${total} for ${mtu}`);
      }
    }
  }

  #segment(i: number, offset: number): void {
    const wholes = this.#wholes, rows = this.#rows, whole = this.#whole, part = this.#parts[i];
    const due = wholes.sequence(whole) + offset | 0, sequence = rows.sequence(part);
    this.check(
      "segment_sequence",
      sequence === due,
      part,
      () => `${sequence >>> 0}: ${due >>> 0} is due`,
    );
    const isAcknowledged = this.#same(part, Column.acknowledgment) &&
      rows.window(part) === wholes.window(whole);
    this.check("segment_acknowledgment", isAcknowledged, part, () => "they differ");
    this.#flags(i);
    const isCopied = this.#same(part, Column.options) && this.#same(part, Column.tsval) &&
      this.#same(part, Column.tsecr);
    this.check("segment_tcp_options", isCopied, part, () => "they differ");
    this.check("segment_extras", this.#same(part, Column.extra), part, () => "they differ");
    const bits = rows.bits(part), given = wholes.bits(whole);
    if ((given & Bit.wrong) === 0) {
      const isRight = (bits & (Bit.wrong | Bit.partial)) === 0;
      const what = (bits & Bit.partial) !== 0 ? "that of the pseudo-header alone" : "wrong";
      this.check("segment_tcp_checksum", isRight, part, () => `it is ${what}`);
    }
    this.#ip(i, false);
    if ((given & Bit.tunnel) === 0) return;
    this.#ip(i, true);
    this.check("segment_opaque", this.#same(part, Column.opaque), part, () => "it is another one");
    this.check("segment_udp_length", (bits & Bit.udpLength) === 0, part, () => "it is another one");
    const isSum = (bits & (Bit.opaqueWrong | Bit.opaquePartial)) === 0;
    if ((given & Bit.opaqueWrong) === 0 || (given & Bit.partial) !== 0) {
      this.check("segment_opaque_checksum", isSum, part, () => "it is wrong");
    }
  }

  #flags(i: number): void {
    const rows = this.#rows, parts = this.#parts, part = parts[i], own = rows.flags(part);
    const given = this.#wholes.flags(this.#whole), isLast = i === parts.length - 1;
    const ends = given & (fin | psh);
    if (ends !== 0 && parts.length > 1) {
      const isRight = (own & (fin | psh)) === (isLast ? ends : 0);
      this.check("segment_fin_psh", isRight, part, () => controlBits(own));
    }
    if ((given & cwr) !== 0 && parts.length > 1) {
      // A sender of accurate ECN wants it on all of them (G4).
      const isAccurate = this.#setting.declaration.implementation === "linux" &&
        parts.every((row) => (rows.flags(row) & cwr) !== 0) &&
        this.#setting.declaration.wholeWithin === undefined;
      const isRight = ((own & cwr) !== 0) === (i === 0) || isAccurate;
      this.check("segment_cwr", isRight, part, () => controlBits(own));
    }
    const kept = parts.length > 1 ? ~(fin | psh | cwr) : ~0;
    const added = own & ~given;
    const reserved = (rows.get(part, Column.tcp) ^ this.#wholes.get(this.#whole, Column.tcp)) &
      0x0f00;
    const isRight = ((own ^ given) & kept) === 0 && added === 0 && reserved === 0;
    this.check(
      "segment_flags",
      isRight,
      part,
      () => `${controlBits(own)} of ${controlBits(given)}`,
    );
  }

  #ip(i: number, outer: boolean): void {
    const wholes = this.#wholes, rows = this.#rows, whole = this.#whole, part = this.#parts[i];
    const side = outer ? "outer" : "inner", bits = rows.bits(part), given = wholes.bits(whole);
    const length = outer ? Bit.outerLength : Bit.innerLength;
    const isLength = (bits & length) === 0;
    this.check(`segment_${side}_length`, isLength, part, () => "it is not that of its octets");
    const v6 = outer ? Bit.outerV6 : Bit.innerV6, sum = outer ? Bit.outerSum : Bit.innerSum;
    if ((given & v6) === 0) {
      if (isLength) {
        this.check(`segment_${side}_checksum`, (bits & sum) === 0, part, () => "it is wrong");
      }
      this.#id(i, outer);
    }
    const df = outer ? Bit.outerDf : Bit.innerDf;
    const fragment = outer ? Bit.outerFragment : Bit.innerFragment;
    let what = rows.ttl(part, outer) !== wholes.ttl(whole, outer)
      ? `TTL ${rows.ttl(part, outer)} for ${wholes.ttl(whole, outer)}`
      : rows.tos(part, outer) !== wholes.tos(whole, outer)
      ? `TOS ${rows.tos(part, outer)} for ${wholes.tos(whole, outer)}`
      : ((bits ^ given) & df) !== 0
      ? "DF differs"
      : (bits & fragment) !== 0
      ? "it is a fragment"
      : "";
    const places = rows.get(part, Column.place) ^ wholes.get(whole, Column.place);
    if (outer && (places & 0xffff) !== 0) what = "outer addresses differ";
    if (!outer && !this.#same(part, Column.flow)) what = "addresses, ports or flow id differ";
    this.check(`segment_${side}_header`, what === "", part, () => what);
  }

  #id(i: number, outer: boolean): void {
    const { declaration } = this.#setting, rows = this.#rows, parts = this.#parts;
    const base = this.#wholes.id(this.#whole, outer), own = rows.id(parts[i], outer);
    const isDf = (rows.bits(parts[i]) & (outer ? Bit.outerDf : Bit.innerDf)) !== 0;
    const told = outer ? declaration.outerId : declaration.innerId;
    // Without DF a datagram may be fragmented, and must have an identification of its own (G11).
    const rule = told === "fixed" && !isDf ? "increment" : told;
    const follows = (by: IdRule) => own === idOf(by, base, i);
    let isRight: boolean;
    if (rule !== undefined) isRight = follows(rule);
    else if (declaration.implementation === "linux") {
      isRight = follows("increment") || isDf && follows("fixed");
    } else if (declaration.implementation === "windows") {
      isRight = follows("increment") || follows("increment15") || isDf && follows("fixed");
    } else isRight = isDf || i === 0 || own !== rows.id(parts[i - 1], outer);
    const side = outer ? "outer" : "inner";
    this.check(
      `segment_${side}_id`,
      isRight,
      parts[i],
      () =>
        rule === undefined
          ? `${own} as segment ${i + 1} of one with ${base}`
          : `${own} for ${idOf(rule, base, i)}`,
    );
  }

  #same(part: number, column: number): boolean {
    return this.#rows.same(part, this.#wholes, this.#whole, column);
  }

  /** Notes that there was something to judge, and whether it was right. */
  check(rule: SegmentRule, isRight: boolean, part: number, what: () => string): void {
    const { ledger, whole: frame, part: ofPart } = this.#setting, whole = this.#whole;
    ledger.stimulus(rule, (): FrameRef[] => [ofPart(part), frame(whole)]);
    if (isRight) return;
    ledger.broken(rule, () => ({
      expected: `of a segment, ${SEGMENT_RULES[rule].text}`,
      actual: `${named(ofPart(part))}, of super-packet ${named(frame(whole))}: ${what()}`,
      frames: [ofPart(part), frame(whole)],
    }));
  }
}

/** Identification of the segment at `i` of a super-packet with `base`. */
function idOf(rule: IdRule, base: number, i: number): number {
  switch (rule) {
    case "fixed":
      return base;
    case "increment":
      return base + i & 0xffff;
    case "increment15":
      return base & 0x8000 | base + i & 0x7fff;
  }
}
