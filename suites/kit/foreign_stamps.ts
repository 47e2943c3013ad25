/** Datagrams of another run of the lab: what a device says again that it has heard before. */
import type { Frame, FrameRef } from "../../captures/frame.ts";
import type { HeaderWalker } from "../../captures/walk.ts";
import { Collector, type FactCollector } from "./collector.ts";
import type { Evidence, Tap } from "./evidence.ts";
import { runOfSeed, stampedRun } from "./stamp.ts";

/** What was found: the first datagram whose stamp is none of this run. */
export interface ForeignStamps {
  first?: FrameRef;
}

/** The collector of foreign stamps; of captures without a lab nobody knows the run. */
export const foreignStamps: FactCollector<ForeignStamps> = {
  name: "kit/foreign_stamps",
  toleratesCut: true,
  begin: (evidence) => new ForeignStampCollector(evidence),
};

class ForeignStampCollector extends Collector<ForeignStamps> {
  readonly #run: number;
  readonly #isLab: boolean;
  readonly #found: ForeignStamps = {};

  constructor({ world, seed }: Evidence) {
    super();
    this.#isLab = world !== "captures";
    this.#run = runOfSeed(seed);
  }

  override wants(): boolean {
    return this.#isLab;
  }

  override frame({ view, number }: Frame, walk: HeaderWalker, tap: Tap): void {
    if (this.#found.first !== undefined || walk.udpPayload < 0) return;
    const run = stampedRun(view, walk);
    if (run >= 0 && run !== this.#run) this.#found.first = { capture: tap.name, number };
  }

  facts(): ForeignStamps {
    return this.#found;
  }
}
