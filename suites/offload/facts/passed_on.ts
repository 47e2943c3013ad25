/** Which of the packets that a card has no business with leave it as they came. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { type Expected, expectedOf } from "../scenarios/expected.ts";
import { type Way, Ways } from "./ways.ts";

/** One of them, and where it was seen: coming to the card, and leaving it. */
export interface PassedOn extends Pick<Expected, "group" | "way"> {
  entered?: FrameRef;
  left?: FrameRef;
  /** Whether the card had sent anything this way before it came. */
  heard: boolean;
}

/** Datagrams that scenarios send, as they were seen. */
export const passedOnFacts: FactCollector<readonly PassedOn[]> = {
  name: "offload/passed_on",
  begin: (evidence) => new PassedOnCollector(evidence),
};

/** One of them, and when it came in seconds. */
type Seen = Omit<PassedOn, "heard"> & { at: number };

class PassedOnCollector extends Collector<readonly PassedOn[]> {
  readonly #ways: Ways;
  readonly #seen = new BoundedTable<string, Seen>(this.bound("packets that pass", 20_000));

  /** When a card sent its first packet of each way, in seconds. */
  readonly #first: Partial<Record<Way, number>> = {};

  constructor(evidence: Evidence) {
    super();
    this.#ways = new Ways(evidence);
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    const way = this.#ways.of(frame, tap);
    if (way === undefined) return;
    // A datagram whose header cannot be walked is what stands behind the Ethernet header.
    const at = frame.seconds + frame.nanoseconds / 1e9;
    if (!Ways.isEntry(way, tap)) this.#first[way] = Math.min(this.#first[way] ?? Infinity, at);
    const start = walk.l3 >= 0 ? walk.l3 : frame.start + 14;
    const expected = expectedOf(frame.bytes.subarray(start, frame.end));
    if (expected === undefined || expected.way !== way) return;
    const { group } = expected, { number } = frame;
    const seen = this.#seen.obtain(expected.key, () => ({ group, way, at: Infinity }));
    if (seen === undefined) return;
    const side = Ways.isEntry(way, tap) ? "entered" : "left";
    seen[side] ??= { capture: tap.name, number };
    if (side === "entered") seen.at = Math.min(seen.at, at);
  }

  facts(): readonly PassedOn[] {
    return [...this.#seen.values()].map(({ at, ...seen }) => ({
      ...seen,
      heard: at > (this.#first[seen.way] ?? Infinity),
    }));
  }
}
