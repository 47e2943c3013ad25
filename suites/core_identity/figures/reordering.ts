/** How far behind packets arrive, by their global sequence numbers (RFC 4737 §3, type P reordered). */
import { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { Frame } from "../../../captures/frame.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { figure } from "../../kit/figure.ts";
import { type DeviceNode, deviceNodes, ownerOf } from "../facts/nodes.ts";

/** Packets that are looked at: enough for a picture, and memory is finite. */
const MOST = 50_000;

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
  begin: (evidence) => new ArrivalCollector(evidence),
};

class ArrivalCollector extends Collector<ReorderingFacts> {
  readonly #nodes: DeviceNode[];
  readonly #view = new CoreIdentityDataView();
  readonly #facts: ReorderingFacts = { aggregates: new Map(), looked: 0 };

  constructor(evidence: Evidence) {
    super();
    this.#nodes = deviceNodes(evidence);
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame({ bytes, seconds, nanoseconds }: Frame, walk: HeaderWalker, tap: Tap) {
    const view = this.#view;
    if (this.#facts.looked >= MOST) return;
    const to = ownerOf(this.#nodes, bytes, walk.destinationStart, walk.addressLength);
    if (to < 0 || this.#nodes[to].name !== tap.node) return;
    if (!view.at(bytes, walk.udpPayload, walk.end) || view.headerEncrypted) return;
    this.#facts.looked++;
    const key = `${tap.node} ${view.aggregateId}`;
    let arrived = this.#facts.aggregates.get(key);
    if (arrived === undefined) {
      if (this.#facts.aggregates.size >= 64) return;
      arrived = { label: tap.node, times: [], sequences: [] };
      this.#facts.aggregates.set(key, arrived);
    }
    arrived.times.push(seconds % 1_000_000 + nanoseconds / 1e9);
    arrived.sequences.push(view.globalSequence);
  }

  facts(): ReorderingFacts {
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
