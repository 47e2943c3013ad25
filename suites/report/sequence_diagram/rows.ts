/** Makes the rows of a ladder from the frames that were kept. */
import type { Frame } from "../../../captures/frame.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { KeptFrame, LadderFacts } from "./collect.ts";
import { Places } from "./places.ts";

/** Columns at most; more would leave no room for an arrow. */
const MOST_COLUMNS = 8;
/** The column of everybody for whom there is no room. */
const OTHERS = "others";

/** A packet as one tap saw it. */
export interface Sighting {
  tap: string;
  number: number;
  /** Seconds since the ladder begins. */
  at: number;
  named: boolean;
}

/** One packet on its way, or several that are not shown. */
export type LadderRow = PacketRow | GapRow;

/** One packet on its way. */
export interface PacketRow {
  kind: "packet";
  /** Columns; -1 where nobody knows. */
  from: number;
  to: number;
  /** Where it was seen, the earliest first. */
  sightings: Sighting[];
  /** The sighting whose octets are shown: the one that a failure names, or the first. */
  shown: Sighting;
  frame: Frame;
  named: boolean;
  /** Taps at its destination that were read to their end and do not have it. */
  missedAt: string[];
}

/** Frames that are not shown. */
export interface GapRow {
  kind: "gap";
  skipped: number;
  byTap: [tap: string, frames: number][];
}

/** A message ladder: who sent what to whom, and when. */
export interface Ladder {
  columns: string[];
  rows: LadderRow[];
  /** Seconds since 1970 at which the ladder begins. */
  begins: number;
  taps: LadderFacts["taps"];
}

/** Makes a ladder of at most `head` packets from the beginning, and all that were named. */
export function ladderOf(facts: LadderFacts, evidence: Evidence, head: number): Ladder {
  const packets = choose(group(facts.kept), head);
  const zero = Math.min(...facts.taps.map(({ first }) => first));
  const first = facts.kept[0];
  const begins = first === undefined
    ? 0
    : first.frame.seconds + first.frame.nanoseconds / 1e9 - first.at + zero;
  const columns = columnsOf(packets, evidence);
  const place = (name: string) =>
    name === "" ? -1 : columns.includes(name) ? columns.indexOf(name) : columns.indexOf(OTHERS);
  const rows: LadderRow[] = [];
  const { before, rest } = hiddenFrames(packets, facts);
  for (const sighted of packets) {
    const gap = gapOf(sighted.map((one) => [one.tap.name, before.get(one) ?? 0]));
    if (gap !== undefined) rows.push(gap);
    rows.push(rowOf(sighted, zero, place, evidence));
  }
  const last = gapOf(rest);
  if (last !== undefined) rows.push(last);
  return { columns, rows, begins, taps: facts.taps };
}

/** Puts together what several taps saw of one packet on one hop; groups in the order of time. */
function group(kept: readonly KeptFrame[]): KeptFrame[][] {
  const sorted = [...kept].sort((a, b) =>
    a.at - b.at || a.tapIndex - b.tapIndex || a.frame.number - b.frame.number
  );
  const groups: KeptFrame[][] = [];
  const open = new Map<string, KeptFrame[]>();
  for (const one of sorted) {
    const key = `${one.digest} ${one.from} ${one.to}`;
    const found = open.get(key);
    if (found !== undefined && !found.some(({ tap }) => tap === one.tap)) found.push(one);
    else {
      const fresh = [one];
      groups.push(fresh);
      open.set(key, fresh);
    }
  }
  return groups;
}

function choose(groups: readonly KeptFrame[][], head: number): KeptFrame[][] {
  let left = head;
  return groups.filter((sighted) => {
    if (sighted.some((one) => one.head) && left > 0) {
      left--;
      return true;
    }
    return sighted.some((one) => !one.head || one.named || one.soughtAt.size > 0);
  });
}

function columnsOf(packets: readonly KeptFrame[][], evidence: Evidence): string[] {
  const found = new Set<string>();
  for (const [one] of packets) for (const name of [one.from, one.to]) if (name) found.add(name);
  const columns = new Places(evidence).order(found);
  return columns.length <= MOST_COLUMNS ? columns : [...columns.slice(0, MOST_COLUMNS - 1), OTHERS];
}

/** How many frames of a tap no row shows: before each frame that one does, and behind the last. */
function hiddenFrames(packets: readonly KeptFrame[][], { taps }: LadderFacts) {
  const before = new Map<KeptFrame, number>();
  const rest: [string, number][] = [];
  const all = packets.flat();
  for (const { tap, frames } of taps) {
    let last = 0;
    const shown = all.filter((one) => one.tap === tap)
      .sort((a, b) => a.frame.number - b.frame.number);
    for (const one of shown) {
      before.set(one, one.frame.number - last - 1);
      last = one.frame.number;
    }
    rest.push([tap.name, frames - last]);
  }
  return { before, rest };
}

function gapOf(counts: [string, number][]): GapRow | undefined {
  const byTap = counts.filter(([, frames]) => frames > 0);
  const skipped = byTap.reduce((sum, [, frames]) => sum + frames, 0);
  return skipped === 0 ? undefined : { kind: "gap", skipped, byTap };
}

function rowOf(
  sighted: readonly KeptFrame[],
  zero: number,
  place: (name: string) => number,
  evidence: Evidence,
): PacketRow {
  const sightings = sighted.map(({ tap, frame, at, named }) => ({
    tap: tap.name,
    number: frame.number,
    at: at - zero,
    named,
  }));
  const shown = Math.max(0, sighted.findIndex(({ named }) => named));
  const { from, to, tap, soughtAt } = sighted[0];
  const there = evidence.taps.filter((t) => t.node === to && t.side === tap.side);
  const missed = tap.node === from && there.length > 0 &&
    !sighted.some((one) => one.tap.node === to) && there.every(({ name }) => soughtAt.has(name));
  return {
    kind: "packet",
    from: place(from),
    to: place(to),
    sightings,
    shown: sightings[shown],
    frame: sighted[shown].frame,
    named: sighted.some(({ named }) => named),
    missedAt: missed ? there.map(({ name }) => name) : [],
  };
}
