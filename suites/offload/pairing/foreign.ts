/**
 * What captures that came from elsewhere show besides one device at work in one direction: ports that
 * mirror every frame twice, and packets that go the other way.
 */
import { Fit, isSamePacket } from "./fit.ts";
import type { Flows } from "./flows.ts";
import type { Matching } from "./matching.ts";
import { Bit, Column, type PacketColumns } from "./packet_columns.ts";

/** Rows before one that are looked at for its copy. */
const NEAR = 4;
/** Copies in a thousand packets of a capture that shows all of them twice. */
const TWICE = 450;
/** Packets of which so much can be told, and of which all must have a copy. */
const ENOUGH = 16, LEAST = 4;

/**
 * Rows that are copies of one just before them, where nearly all have one; undefined elsewhere. Hosts
 * repeat acknowledgments, but not nearly all that they send.
 */
export function copiesIn(rows: PacketColumns): Uint8Array | undefined {
  const copies = new Uint8Array(rows.count), copied = new Uint8Array(rows.count);
  let count = 0;
  for (let row = 1; row < rows.count; row++) {
    for (let before = row - 1; before >= 0 && row - before <= NEAR; before--) {
      // Each has one copy at most: what a host repeated is shown four times.
      const isTaken = copies[before] !== 0 || copied[before] !== 0;
      if (isTaken || !isSame(rows, before, row)) continue;
      copies[row] = copied[before] = 1;
      count++;
      break;
    }
  }
  const isAll = rows.count >= LEAST && count * 2 === rows.count;
  return isAll || rows.count >= ENOUGH && count * 1000 >= rows.count * TWICE ? copies : undefined;
}

function isSame(rows: PacketColumns, a: number, b: number): boolean {
  return isSamePacket(rows, a, rows, b) && rows.same(a, rows, b, Column.flow) &&
    rows.bits(a) === rows.bits(b);
}

/** Times from one side to the other, of the packets of one way of a conversation. */
interface Span {
  least: number;
  greatest: number;
}

/**
 * Flows whose packets go the other way. By two clocks of which nobody knows how far they are apart,
 * packets that go one way seem to take longer than that distance, and those that go the other way less:
 * where the packets of both ways of a conversation are told apart by it, the lesser ones go back.
 * @returns By flow 1 where it goes back; undefined where none does.
 */
export function flowsBack(matching: Matching, flows: Flows, isCoalescing: boolean) {
  const { wholes, parts, first, fit } = matching;
  const spans = new Map<number, Map<number, Span>>();
  for (let whole = 0; whole < wholes.count; whole++) {
    if (fit[whole] !== Fit.same || (wholes.bits(whole) & Bit.reading) !== 0) continue;
    const took = wholes.seconds(whole) - parts.seconds(first[whole]);
    const time = isCoalescing ? took : -took, flow = wholes.get(whole, Column.flow);
    const conversation = flows.conversationOf(flow), source = flows.sourceOf(flow);
    let ways = spans.get(conversation);
    if (ways === undefined) spans.set(conversation, ways = new Map());
    const span = ways.get(source);
    if (span === undefined) ways.set(source, { least: time, greatest: time });
    else {
      span.least = Math.min(span.least, time);
      span.greatest = Math.max(span.greatest, time);
    }
  }
  const back = new Uint8Array(flows.count);
  let isAny = false;
  for (let flow = 0; flow < flows.count; flow++) {
    const ways = spans.get(flows.conversationOf(flow)), source = flows.sourceOf(flow);
    if (ways === undefined || ways.size !== 2) continue;
    const own = ways.get(source);
    const other = [...ways].find(([key]) => key !== source)?.[1];
    if (own === undefined || other === undefined || own.greatest >= other.least) continue;
    back[flow] = 1;
    isAny = true;
  }
  return isAny ? back : undefined;
}
