/** Judges packets that are one on both sides, and those of which a part has no counterpart. */
import type { Leftovers } from "./leftovers.ts";
import { Fit } from "./fit.ts";
import { Bit, Column, type PacketColumns } from "./packet_columns.ts";
import type { SegmentJudge } from "./segment_judge.ts";
import { named, type PairSetting } from "./setting.ts";
import type { UnitJudge } from "./unit_judge.ts";

/** A packet that is one on both sides. */
export function judgeSingle(
  setting: PairSetting,
  segments: SegmentJudge,
  units: UnitJudge,
  whole: number,
): void {
  const { matching, ledger, direction } = setting, { wholes, parts, first, fit } = matching;
  const part = first[whole], frames = () => [setting.whole(whole), setting.part(part)];
  if ((wholes.bits(whole) & Bit.segment) === 0) return ledger.stimulus("path_ordinary", frames);
  const isCoalescing = direction === "coalescing";
  ledger.stimulus("path_untouched", frames);
  if (!isCoalescing) {
    segments.uncut(whole);
    // What the host left to its network card, the card fills in.
    const isLeft = fit[whole] === Fit.same && wholes.same(whole, parts, part, Column.tcp);
    if (isUnfinished(wholes.bits(whole))) return isLeft ? undefined : segments.judge(whole);
  } else if (fit[whole] === Fit.payload && units.rules.absorbs !== "none") {
    // Acknowledgments without data that it took in make a unit of it (rules 20 and 21).
    if (isRefreshed(wholes, whole, parts, part)) return units.refreshed(whole);
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

/**
 * Judges a whole of which octets have no part, or parts are not all in it.
 * @param leftovers Undefined where nothing can be called missing.
 */
export function judgeIncomplete(
  setting: PairSetting,
  leftovers: Leftovers | undefined,
  whole: number,
  count: number,
): void {
  const { matching, ledger, direction } = setting, { fit, wholes, parts } = matching;
  const isCoalescing = direction === "coalescing";
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
  if (leftovers === undefined) return;
  if (!leftovers.isProven(whole, side)) return leftovers.edge(whole, side);
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

/** Whether nothing but what acknowledgments renew differs of two packets with one payload. */
function isRefreshed(a: PacketColumns, whole: number, b: PacketColumns, part: number): boolean {
  return KEPT.every((column) => a.same(whole, b, part, column)) &&
    a.flags(whole) === b.flags(part) && a.total(whole) === b.total(part);
}
const KEPT = [
  ...[Column.flow, Column.sequence, Column.options, Column.opaque, Column.ids, Column.ips],
  ...[Column.extra],
];

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
