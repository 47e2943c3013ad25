/** How far behind packets arrive, by their global sequence numbers (RFC 4737 §3, type P reordered). */
import { HeaderWalker } from "../../../captures/walk.ts";
import { decodeData } from "../../../captures/wire/core_identity.ts";
import type { Frame } from "../../../captures/frame.ts";
import type { Accumulator, Evidence, FactCollector, Tap } from "../../kit/evidence.ts";
import { figure } from "../../kit/figure.ts";
import { type DeviceNode, deviceNodes, ownerOf } from "../facts/nodes.ts";

/** Packets that are looked at: enough for a picture, and memory is finite. */
const MOST = 50_000;
const UDP = 17;

/** Data packets as they arrived at one device over one aggregate. */
interface Arrived {
  label: string;
  times: number[];
  sequences: number[];
}

interface ReorderingFacts {
  aggregates: Map<string, Arrived>;
  looked: number;
}

const arrivals: FactCollector<ReorderingFacts> = {
  name: "core_identity/figures/reordering",
  begin: (evidence) => new ArrivalAccumulator(evidence),
};

class ArrivalAccumulator implements Accumulator<ReorderingFacts> {
  readonly #walker = new HeaderWalker();
  readonly #nodes: DeviceNode[];
  readonly #facts: ReorderingFacts = { aggregates: new Map(), looked: 0 };

  constructor(evidence: Evidence) {
    this.#nodes = deviceNodes(evidence);
  }

  wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  frame(frame: Frame, tap: Tap) {
    const w = this.#walker;
    if (this.#facts.looked >= MOST || !w.walk(frame) || w.protocol !== UDP || w.l4 < 0) return;
    const v4 = w.ipVersion === 4, length = v4 ? 4 : 16;
    const to = ownerOf(this.#nodes, frame.bytes, w.l3 + (v4 ? 16 : 24), length);
    if (to < 0 || this.#nodes[to].name !== tap.node || w.end - w.l4 < 8) return;
    const decoded = decodeData(frame.bytes, w.l4 + 8, w.end);
    if (!decoded.ok || decoded.packet.headerEncrypted) return;
    this.#facts.looked++;
    const key = `${tap.node} ${decoded.packet.aggregateId}`;
    let arrived = this.#facts.aggregates.get(key);
    if (arrived === undefined) {
      if (this.#facts.aggregates.size >= 64) return;
      arrived = { label: tap.node, times: [], sequences: [] };
      this.#facts.aggregates.set(key, arrived);
    }
    arrived.times.push(frame.seconds % 1_000_000 + frame.nanoseconds / 1e9);
    arrived.sequences.push(decoded.packet.globalSequence);
  }

  end(): ReorderingFacts {
    return this.#facts;
  }
}

/** Packets by the power of two of how many sequence numbers they came too late. */
function lateness({ times, sequences }: Arrived, counts: number[]) {
  const order = times.map((_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
  let greatest = -1;
  for (const i of order) {
    const late = greatest - sequences[i];
    greatest = Math.max(greatest, sequences[i]);
    const slot = late <= 0 ? 0 : 1 + Math.floor(Math.log2(late));
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
}

function slotLabel(slot: number): string {
  if (slot === 0) return "in order";
  const from = 2 ** (slot - 1), to = 2 ** slot - 1;
  return from === to ? `${from} late` : `${from} to ${to} late`;
}

/** The plot of reordering. */
export const REORDERING_FIGURES = [
  figure({
    id: "core_identity/reordering",
    title: "Arrivals by how many sequence numbers they came behind",
    needs: { arrivals },
    draw({ arrivals }) {
      const counts: number[] = [];
      for (const one of arrivals.aggregates.values()) lateness(one, counts);
      if (counts.length < 2) return undefined;
      const bars = Array.from(counts, (value, slot) => ({
        label: slotLabel(slot),
        value: value ?? 0,
      }));
      const note = arrivals.looked >= MOST ? `The first ${MOST} packets.` : undefined;
      return { plot: { kind: "bars", unit: "packets", bars }, ...(note && { note }) };
    },
  }),
];
