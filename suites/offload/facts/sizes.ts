/** How large the TCP segments are on both sides of a card, by flow and in all. */
import type { Frame } from "../../../captures/frame.ts";
import { SegmentView } from "../../../captures/view/segment.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { presetsOf } from "./declared.ts";
import { Ways } from "./ways.ts";

/** Upper ends of the classes of sizes, in octets of payload. */
export const SIZES = [0, 500, 1_500, 5_000, 20_000, 65_535] as const;

/** Segments from the wire to the host. */
export interface SegmentSizes {
  /** Segments by class of size, as they came from the wire, and as the host got them. */
  wire: readonly number[];
  host: readonly number[];
  /** Of the flow with the most segments first: its inner ports, and its segments on both sides. */
  flows: readonly { ports: string; wire: number; host: number }[];
}

/** The sizes of segments that cards hand to their hosts. */
export const sizeFacts: FactCollector<SegmentSizes> = {
  name: "offload/sizes",
  begin: (evidence) => new SizeCollector(evidence),
};

class SizeCollector extends Collector<SegmentSizes> {
  readonly #ways: Ways;
  readonly #view = new SegmentView();
  readonly #wire = SIZES.map(() => 0);
  readonly #host = SIZES.map(() => 0);
  readonly #flows = new BoundedTable<number, { wire: number; host: number }>(
    this.bound("flows of TCP", 50_000),
  );

  constructor(evidence: Evidence) {
    super();
    this.#ways = new Ways(evidence);
    this.#view.formats = new LabView(evidence).nodesOf("nic")
      .flatMap((node) => Object.values(presetsOf(evidence, node)));
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    const segment = this.#view;
    if (this.#ways.of(frame, tap) !== "receive" || walk.l3 < 0) return;
    if (!segment.at(frame.bytes, walk.l3, frame.end)) return;
    const { tcp, length } = segment, side = tap.side === "wan" ? "wire" : "host";
    const counts = side === "wire" ? this.#wire : this.#host;
    counts[SIZES.findIndex((most) => length <= most)]++;
    const ports = get16(frame.bytes, tcp) * 65_536 + get16(frame.bytes, tcp + 2);
    const flow = this.#flows.obtain(ports, () => ({ wire: 0, host: 0 }));
    if (flow !== undefined) flow[side]++;
  }

  facts(): SegmentSizes {
    const flows = [...this.#flows.entries()].sort(([, a], [, b]) => b.wire - a.wire)
      .map(([ports, counts]) => ({
        ports: `${Math.floor(ports / 65_536)} to ${ports % 65_536}`,
        ...counts,
      }));
    return { wire: this.#wire, host: this.#host, flows };
  }
}
