/** Makes the rows of a sequence diagram from the frames that were kept. */
import type { Frame } from "../../../captures/frame.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { DiagramFacts, KeptFrame } from "./collect.ts";
import { Places } from "./places.ts";

/** Columns at most; more would leave no room for an arrow. */
const MOST_COLUMNS = 8;
/** The column of everybody for whom there is no room. */
const OTHERS = "others";

/** A packet as one tap saw it. */
export interface Sighting {
  tap: string;
  number: number;
  /** Seconds since the sequence diagram begins. */
  at: number;
  named: boolean;
}

/** One packet on its way, or several that are not shown. */
export type DiagramRow = PacketRow | GapRow;

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

/** A sequence diagram: who sent what to whom, and when. */
export interface SequenceDiagram {
  columns: string[];
  rows: DiagramRow[];
  /** Seconds since 1970 at which the sequence diagram begins. */
  begins: number;
  taps: DiagramFacts["taps"];
}

/** Makes a sequence diagram of at most `head` packets from the beginning, and all that were named. */
export function sequenceDiagram(
  facts: DiagramFacts,
  evidence: Evidence,
  head: number,
): SequenceDiagram {
  const packets = choose(group(facts.kept), head);
  const zero = Math.min(...facts.taps.map(({ first }) => first));
  const first = facts.kept[0];
  const begins = first === undefined
    ? 0
    : first.frame.seconds + first.frame.nanoseconds / 1e9 - first.at + zero;
  const columns = columnsOf(packets, evidence);
  const place = (name: string) =>
    name === "" ? -1 : columns.includes(name) ? columns.indexOf(name) : columns.indexOf(OTHERS);
  const rows: DiagramRow[] = [];
  const { before, rest } = hiddenFrames(packets, facts);
  for (const sighted of packets) {
    const gap = gapOf(sighted.map((kept) => [kept.tap.name, before.get(kept) ?? 0]));
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
  for (const kept of sorted) {
    const key = `${kept.digest} ${kept.from} ${kept.to}`;
    const found = open.get(key);
    if (found !== undefined && !found.some(({ tap }) => tap === kept.tap)) found.push(kept);
    else {
      const fresh = [kept];
      groups.push(fresh);
      open.set(key, fresh);
    }
  }
  return groups;
}

function choose(groups: readonly KeptFrame[][], head: number): KeptFrame[][] {
  let left = head;
  return groups.filter((sighted) => {
    if (sighted.some((kept) => kept.head) && left > 0) {
      left--;
      return true;
    }
    return sighted.some((kept) => !kept.head || kept.named || kept.soughtAt.size > 0);
  });
}

function columnsOf(packets: readonly KeptFrame[][], evidence: Evidence): string[] {
  const found = new Set<string>();
  for (const [kept] of packets) for (const name of [kept.from, kept.to]) if (name) found.add(name);
  const columns = new Places(evidence).order(found);
  return columns.length <= MOST_COLUMNS ? columns : [...columns.slice(0, MOST_COLUMNS - 1), OTHERS];
}

/** How many frames of a tap no row shows: before each frame that one does, and behind the last. */
function hiddenFrames(packets: readonly KeptFrame[][], { taps }: DiagramFacts) {
  const before = new Map<KeptFrame, number>();
  const rest: [string, number][] = [];
  const all = packets.flat();
  for (const { tap, frames } of taps) {
    let last = 0;
    const shown = all.filter((kept) => kept.tap === tap)
      .sort((a, b) => a.frame.number - b.frame.number);
    for (const kept of shown) {
      before.set(kept, kept.frame.number - last - 1);
      last = kept.frame.number;
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
    !sighted.some((kept) => kept.tap.node === to) && there.every(({ name }) => soughtAt.has(name));
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
