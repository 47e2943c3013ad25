/** What a card made of the packets of each flow in its presets: segments of one, or one of segments. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { SegmentView } from "../../../captures/view/segment.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { OpaqueFormat } from "../../../captures/wire/opaque.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { presetsOf } from "./declared.ts";
import { type Way, Ways } from "./ways.ts";

/** Packets of a flow on one side of a card. */
export interface Amount {
  packets: number;
  /** Octets of TCP payload. */
  octets: number;
  /** Octets of its largest datagram. */
  largest: number;
  first: FrameRef;
}

/** A flow in a preset. */
export interface TunnelFlow {
  /** Name of the preset. */
  preset: string;
  way: Way;
  /** Source port of its inner segments. */
  port: number;
  /** Octets of the opaque field, and of the outer header. */
  opaque: number;
  header: number;
  entered?: Amount;
  left?: Amount;
  /** Whether the card had sent anything this way before the flow began. */
  heard: boolean;
}

/** A flow, and when it began in seconds. */
type Seen = Omit<TunnelFlow, "heard"> & { at: number };

/** Flows in presets that the evidence's cards had at any time. */
export const recognisedFacts: FactCollector<readonly TunnelFlow[]> = {
  name: "offload/recognised",
  begin: (evidence) => new RecognisedCollector(evidence),
};

class RecognisedCollector extends Collector<readonly TunnelFlow[]> {
  readonly #ways: Ways;
  readonly #view = new SegmentView();
  readonly #names = new Map<OpaqueFormat, string>();
  readonly #flows = new BoundedTable<string, Seen>(this.bound("flows in tunnels", 20_000));

  /** When a card sent its first packet of each way, in seconds. */
  readonly #first: Partial<Record<Way, number>> = {};

  constructor(evidence: Evidence) {
    super();
    this.#ways = new Ways(evidence);
    for (const node of new LabView(evidence).nodesOf("nic")) {
      for (const [name, format] of Object.entries(presetsOf(evidence, node))) {
        this.#names.set(format, name);
      }
    }
    this.#view.formats = [...this.#names.keys()];
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    const segment = this.#view, way = this.#ways.of(frame, tap);
    if (way === undefined) return;
    const at = frame.seconds + frame.nanoseconds / 1e9;
    if (!Ways.isEntry(way, tap)) this.#first[way] = Math.min(this.#first[way] ?? Infinity, at);
    if (walk.l3 < 0 || segment.formats.length === 0) return;
    if (!segment.at(frame.bytes, walk.l3, frame.end) || segment.format === undefined) return;
    const { format, opaque, opaqueEnd, outer } = segment;
    const port = get16(frame.bytes, segment.tcp), preset = this.#names.get(format)!;
    const shape = { opaque: opaqueEnd - opaque, header: opaque - outer };
    const key = `${way} ${preset} ${port} ${shape.opaque} ${shape.header}`;
    const flow = this.#flows.obtain(key, () => ({ preset, way, port, ...shape, at: Infinity }));
    if (flow === undefined) return;
    const side = Ways.isEntry(way, tap) ? "entered" : "left";
    if (side === "entered") flow.at = Math.min(flow.at, at);
    const amount = flow[side] ??= {
      packets: 0,
      octets: 0,
      largest: 0,
      first: { capture: tap.name, number: frame.number },
    };
    amount.packets++;
    amount.octets += segment.length;
    amount.largest = Math.max(amount.largest, segment.end - segment.start);
  }

  facts(): readonly TunnelFlow[] {
    return [...this.#flows.values()].map(({ at, ...flow }) => ({
      ...flow,
      heard: at > (this.#first[flow.way] ?? Infinity),
    }));
  }
}
