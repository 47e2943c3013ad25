/** What departures and arrivals across one segment of a lab say of the captures at its edges. */
import type { EvidenceRecord } from "../../kit/evidence.ts";
import type { TapPoint } from "../../kit/topology.ts";
import { isVirtual } from "../../kit/world.ts";
import type { Census } from "./census.ts";
import type { Conditions } from "./conditions.ts";
import type { Damage } from "./damage.ts";
import type { LedgerEntry, PacketLedger } from "./packet_ledger.ts";
import type { Segment } from "./segments.ts";

/** Milliseconds that a packet may take through a kernel besides what links delay it. */
const KERNEL = 500;
/** The same in virtual time, and by which any time may be rounded. */
const ROUNDING = 0.1;

/** What is known of a segment. */
export interface SegmentFindings {
  segment: Segment;
  /** Its packets, where no checksum shows that the captures are as they were written. */
  ledger?: PacketLedger;
  /** Their numbers, where one does. */
  census?: Census;
  conditions: Conditions;
  /** Those of the topology, in its order. */
  taps: readonly Pick<TapPoint, "name">[];
  world: EvidenceRecord["world"];
  /** Milliseconds by which the lab was late at the worst. */
  lateness: number;
  /** Milliseconds of the last frame at any of its taps. */
  end: number;
  /** Whether datagrams were cut or merged on the way. */
  isOversized: boolean;
}

/** Packets of one kind that do not balance. */
interface Tally {
  packets: number;
  first?: LedgerEntry;
  taps: Set<string>;
}

/** What a segment that neither makes nor alters packets says of the captures at its edges. */
export function segmentDamage(findings: SegmentFindings): Damage[] {
  const { ledger, census, conditions, world, lateness } = findings;
  const slack = isVirtual(world) ? ROUNDING : KERNEL + lateness;
  const longest = conditions.delay + slack;
  if (ledger !== undefined) return unbalanced(findings, ledger, longest);
  return census === undefined ? [] : uncounted(findings, census, longest);
}

/** Packets that the lab lost without counting them, by captures that are as they were written. */
function uncounted(
  { segment, conditions, taps, end }: SegmentFindings,
  census: Census,
  longest: number,
): Damage[] {
  const missing = segment.taps.map((tap) => census.missing(tap, end - longest));
  const total = missing.reduce((sum, count) => sum + count, 0);
  if (total <= conditions.lost) return [];
  const receivers = segment.taps.filter((_, i) => missing[i] > 0).map((tap) => taps[tap].name);
  return [{
    kind: "damaged",
    what: `the lab lost ${packets(total)} on the way to ${receivers.join(", ")} ` +
      `and counts ${conditions.lost} as lost`,
    concerns: "everything",
    rerun: true,
  }];
}

/** Packets whose departures and arrivals do not go together, by captures that anybody may have changed. */
function unbalanced(
  { segment, conditions, taps, end, isOversized }: SegmentFindings,
  ledger: PacketLedger,
  longest: number,
): Damage[] {
  const unsent: Tally = { packets: 0, taps: new Set() };
  const lost: Tally = { packets: 0, taps: new Set() };
  const untimely: Tally = { packets: 0, taps: new Set() };
  const nameOf = (tap: number) => tap < 0 ? undefined : taps[tap].name;
  const count = (tally: Tally, packets: number, entry: LedgerEntry) => {
    tally.packets += packets;
    tally.first ??= entry;
    for (const tap of [entry.left.tap, entry.came.tap, entry.due]) {
      const name = nameOf(tap);
      if (name !== undefined) tally.taps.add(name);
    }
  };
  for (const entry of ledger.unbalanced(-ROUNDING, longest)) {
    const { departures, arrivals, mustHaveLeft, mustArrive, left, came } = entry;
    if (arrivals > departures) {
      if (mustHaveLeft && !isOversized) count(unsent, arrivals - departures, entry);
    } else if (departures > arrivals) {
      // What left last may be under way still.
      if (mustArrive && left.at + longest < end) count(lost, departures - arrivals, entry);
    } else if (came.at < left.at - ROUNDING || departures === 1) count(untimely, 1, entry);
  }
  const all = segment.taps.map((tap) => taps[tap].name);
  if (unsent.packets > conditions.crafted) {
    const { tap, frame } = unsent.first!.came;
    return [{
      kind: "changed",
      what: `${packets(unsent.packets)} came that no capture shows leaving, ` +
        `the first is frame ${frame} of ${nameOf(tap)}`,
      // Where they came from is what is missing: it may be any of the others.
      concerns: { taps: all },
    }];
  }
  const out: Damage[] = [];
  if (lost.packets > conditions.lost) {
    const { left: { tap, frame }, due } = lost.first!;
    out.push({
      kind: "damaged",
      what:
        `${
          packets(lost.packets)
        } left that never came and that no link counts as lost, the first is ` +
        `frame ${frame} of ${nameOf(tap)}, for ${nameOf(due)}`,
      concerns: { taps: [...lost.taps] },
    });
  }
  if (untimely.packets > 0) {
    const { left, came } = untimely.first!, took = Math.round((came.at - left.at) * 1000) / 1000;
    out.push({
      kind: "changed",
      what: `${packets(untimely.packets)} took a time that the lab does not explain, the first ` +
        `${took} ms from frame ${left.frame} of ${nameOf(left.tap)} to frame ${came.frame} of ` +
        `${nameOf(came.tap)}`,
      concerns: { taps: [...untimely.taps] },
    });
  }
  return out;
}

const packets = (count: number) => count === 1 ? "1 packet" : `${count} packets`;
